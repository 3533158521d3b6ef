/** Takes the marks «…» out of a query and tells what they enclose. */
export function scanFor(marked: string): { source: string; span: { start: number; end: number } } {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  return { source: marked.replace(/[«»]/g, ''), span: { start, end } };
}
