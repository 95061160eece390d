/**
 * Beginnings that a spreadsheet takes for a formula, or for the end of the cell before.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[=+\-@\t\r\n|%]/;

/** The byte order mark by which spreadsheets recognise UTF-8. */
export const BOM = '\uFEFF';

/**
 * One line of a CSV file, by RFC 4180, with its line end. A text that a spreadsheet would take for a formula gets a
 * leading `'`; numbers, dates (ISO 8601) and booleans are written as they are, absent values as an empty cell.
 */
export function csvLine(cells: ReadonlyArray<string | number | boolean | Date | null | undefined>): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | boolean | Date | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return String(value);
  // Some readers end the file at NUL.
  const text = (FORMULA.test(value) ? `'${value}` : value).replaceAll('\0', '');
  return /[",\r\n\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
