import type { ProjectFile } from './project-file';

/** `DateFormat` and `TimeFormat` of a path pattern, `yyyy/MM/dd` written as `YYYY/MM/DD`. */
export function snapshotFormat(section: ProjectFile): { dateFormat?: string; timeFormat?: string } {
  const [date, time] = [section.text('DateFormat'), section.text('TimeFormat')];
  return { ...(date === undefined ? {} : { dateFormat: date.replace(/yyyy/g, 'YYYY').replace(/dd/g, 'DD') }), ...(time === undefined ? {} : { timeFormat: time }) };
}
