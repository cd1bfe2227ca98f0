// Small helpers for asking our own server.

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}

/** POST a form to our own server; `background` says that no person acted. */
export function post(
  url: string,
  fields: Record<string, string>,
  options: { background?: boolean; keepalive?: boolean } = {},
): Promise<Response> {
  const headers: Record<string, string> = { "X-CSRFToken": csrfToken() };
  if (options.background) headers["X-Kinline-Background"] = "1";
  return fetch(url, {
    method: "POST",
    headers,
    body: new URLSearchParams(fields),
    credentials: "same-origin",
    redirect: "manual",
    keepalive: options.keepalive ?? false,
  });
}

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}
