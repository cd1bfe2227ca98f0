// By which clock somebody lives: told to web once, so that times of visits can be shown by it too.
// A choice made on a page stands in the same cookie and is never overwritten.
const NAME = "kinline_zone";

export function tellZone(): void {
  if (document.cookie.split("; ").some((one) => one.startsWith(`${NAME}=`))) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(zone)) return;
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${NAME}=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
