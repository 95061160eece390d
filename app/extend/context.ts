import type { Context } from 'egg';
import type { z } from 'zod';
import type { Part } from '../lib/input/explain';
import { parseInput } from '../lib/input/parseInput';
import { acceptedLanguage } from '../lib/language/acceptLanguage';
import type { Language } from '../lib/language/texts';
import type { SessionDocument } from '../model/session';
import type { SignedIn } from '../service/console/session';
import type { Input, RequestParts } from '../schema/route';

function parsePart(schema: z.ZodType | undefined, value: unknown, part: Part): unknown {
  return schema ? parseInput(schema, value, part) : undefined;
}

export default {
  /** Set by middleware/envelope. */
  requestId: '',
  /** The app that a push is for: set by controller/push. */
  appid: undefined as string | undefined,
  /** The logged-in person: set by middleware/clientSession. */
  login: undefined as unknown as SessionDocument,
  /** The signed-in administrator: set by middleware/consoleSession. */
  admin: undefined as unknown as SignedIn,

  /**
   * The request, parsed with its route's schema.
   * @throws {AppError} INVALID_ARGUMENT that names each field and what is wrong with it
   */
  input<Spec extends RequestParts>(this: Context, route: Spec): Input<Spec> {
    return {
      body: parsePart(route.body, this.request.body ?? {}, 'body'),
      query: parsePart(route.query, this.query, 'query'),
      params: parsePart(route.params, this.params, 'params'),
    } as Input<Spec>;
  },

  /** The language of the answer, which the caller chooses by `Accept-Language`; reading it sets `Vary`. */
  languageOfAnswer(this: Context): Language {
    this.vary('accept-language');
    return acceptedLanguage(this.get('accept-language'));
  },

  /** Answers with the envelope. */
  succeed(this: Context, data: unknown): void {
    this.body = { code: 1, data: data ?? null, message: 'ok', requestId: this.requestId };
  },
};
