/** What a spreadsheet would take for a formula, or for the end of the cell before one. @see https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\n|%]/;

/** The byte order mark by which spreadsheets know UTF-8. */
export const BOM = '\uFEFF';

/**
 * One line of a CSV file, by RFC 4180, with its line end. A text that a spreadsheet would take for a formula gets `'` in
 * front; numbers, dates (ISO 8601) and truth values are written as they are, and what is absent as nothing.
 */
export function csvLine(cells: ReadonlyArray<string | number | boolean | Date | null | undefined>): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | boolean | Date | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return String(value);
  // NUL ends the file for some readers.
  const text = (FORMULA.test(value) ? `'${value}` : value).replaceAll('\0', '');
  return /[",\r\n\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
