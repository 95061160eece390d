import { z } from 'zod';

/** The longest page of a list, and the usual one. */
export const MOST_ITEMS = 200;
const USUAL_ITEMS = 50;

/**
 * The input of a list: `limit` and `cursor`, beside filters of its own.
 * @param filters of the list, by name
 */
export function listQuery<T extends z.ZodRawShape>(filters: T) {
  return z.object({
    ...filters,
    limit: z.string().regex(/^\d{1,3}$/, 'must be a number from 1 to 200').transform(Number)
      .pipe(z.number().min(1).max(MOST_ITEMS, 'must be a number from 1 to 200'))
      .default(USUAL_ITEMS)
      .meta({ description: 'Most items of this page, 1 to 200', examples: ['50'] }),
    cursor: z.string().min(1).max(1_024).regex(/^[A-Za-z0-9_-]+$/, 'must be the `next` of the page before').optional()
      .meta({ description: 'The `next` of the page before; the first page when left out', examples: ['WyIyMDI2LTAxLTMxVDA5OjMwOjAwLjAwMFoiLCJhIl0'] }),
  });
}

/** The answer of a list: a page of items, and the cursor of the next one. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item).meta({ description: 'This page' }),
    next: z.string().nullable().meta({ description: '`cursor` of the next page; null on the last one', examples: ['WyIyMDI2LTAxLTMxVDA5OjMwOjAwLjAwMFoiLCJhIl0'] }),
  });
}
