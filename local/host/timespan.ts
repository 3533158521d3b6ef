const TIMESPAN = /^(-)?(?:(\d+)\.)?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;

/**
 * Reads a .NET TimeSpan, `[-][d.]hh:mm[:ss[.fffffff]]`, into milliseconds; null if `text` is not one.
 *
 * As in .NET, hours stop at 23 and minutes and seconds at 59: "24:00:00" is not a day ("1.00:00:00" is).
 */
export function parseTimeSpan(text: string): number | null {
  const match = TIMESPAN.exec(text.trim());
  if (match === null) return null;
  const [days, hours, minutes, seconds] = [match[2], match[3], match[4], match[5]].map((part) => Number(part ?? 0));
  if (hours! > 23 || minutes! > 59 || seconds! > 59) return null;
  const fraction = Number(`0.${match[6] ?? '0'}`);
  const total = (((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds! + fraction) * 1000;
  return match[1] === undefined ? total : -total;
}
