// The clock on the bar, in the facility's own zone.
export function startWallClock(place: HTMLElement): void {
  const format = new Intl.DateTimeFormat("en-US", {
    hour: "numeric",
    minute: "2-digit",
    timeZone: place.dataset["zone"],
  });
  const tick = (): void => {
    place.textContent = format.format(Date.now());
  };
  tick();
  window.setInterval(tick, 5000);
}
