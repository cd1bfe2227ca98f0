// The facility's clock in the bar: goes on by itself while a page stays open.

export function tickWallClock(): void {
  const place = document.querySelector<HTMLElement>("[data-zone]");
  if (!place) return;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZone: place.dataset.zone,
  });
  const show = (): void => {
    place.textContent = format.format(new Date());
  };
  setInterval(show, 15_000);
}
