/** "12:04:31", in local time. */
export function clockText(ms: number): string {
  const time = new Date(ms);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(":");
}

/** "2026-11-21", in local time. */
export function dayText(ms: number): string {
  const time = new Date(ms);
  return [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join("-");
}

/** "2026-11-21 12:04:31 +01:00": local time, and how far it is from UTC. */
export function timeText(ms: number): string {
  return `${dayText(ms)} ${clockText(ms)} ${zoneText(ms)}`;
}

/** "2026-11-21 11:04:31 UTC" */
export function utcText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "12:04:31" on the day of `now`, else "2026-11-20 12:04:31": for rows, where room is short. */
export function shortTimeText(ms: number, now: number): string {
  return dayText(ms) === dayText(now) ? clockText(ms) : `${dayText(ms)} ${clockText(ms)}`;
}

function zoneText(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
