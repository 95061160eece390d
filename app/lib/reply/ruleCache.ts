import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { Coalesced } from '../async/coalesced';
import { explainIssues, withoutWords } from '../input/explain';
import { render } from '../language/message';
import { compileRules, type CompiledRules } from './matcher';
import { replyRuleSchema, replyRulesFileSchema, type ReplyRule } from './rule';

/** The message of the worker that has read the stored rules to the whole instance: their fingerprint. */
export const RULES_SEEN = 'rules-seen';

interface Options {
  /** Reads all stored rules, by order, as the bytes of their documents. */
  load: () => Promise<Uint8Array[]>;
  /** Decodes a document. */
  decode: (bytes: Uint8Array) => object;
  /** The rules of REPLY_RULES_FILE. */
  fixed: readonly ReplyRule[];
  /** Called once for each invalid stored rule, with the reason. */
  onInvalid: (id: string, why: string) => void;
}

/**
 * The reply rules, compiled and in memory. An edit, even one in mongosh, leaves no trace but the rules themselves: one
 * worker of an instance reads their bytes each second (schedule/rules) and sends the others their fingerprint; a worker
 * with other rules reads them. They are decoded and compiled only when they have changed.
 */
export class RuleCache {
  private compiled: CompiledRules;
  private held = '';
  private readonly reading = new Coalesced(() => this.read());

  constructor(private readonly options: Options) {
    this.compiled = compileRules(options.fixed);
  }

  /** Whether the stored rules have ever been read. */
  get loaded(): boolean {
    return this.held !== '';
  }

  /** Fingerprint of the stored rules in memory; empty when none have been read. */
  get fingerprint(): string {
    return this.held;
  }

  /** The rules of REPLY_RULES_FILE. */
  get fixed(): readonly ReplyRule[] {
    return this.options.fixed;
  }

  /** The rules that count now: those of the file and the valid stored ones. */
  get rules(): CompiledRules {
    return this.compiled;
  }

  /** Brings the rules up to date. @throws the driver's error; the last known rules stay */
  async refresh(): Promise<void> {
    await this.reading.run();
  }

  /**
   * Takes the fingerprint that another worker has sent. Rules that cannot be read now are announced again within a
   * second.
   */
  async heardOf(fingerprint: string): Promise<void> {
    if (fingerprint !== this.held) await this.refresh().catch(() => undefined);
  }

  private async read(): Promise<void> {
    const stored = await this.options.load();
    const fingerprint = fingerprintOf(stored);
    if (fingerprint === this.held) return;
    const valid: ReplyRule[] = [];
    for (const rule of stored.map(this.options.decode)) {
      const id = String((rule as { _id?: unknown })._id);
      const result = checkRule({ ...rule, _id: id });
      if ('rule' in result) valid.push(result.rule);
      else this.options.onInvalid(id, result.problem);
    }
    this.compiled = compileRules([...this.options.fixed, ...valid]);
    this.held = fingerprint;
  }
}

/** A rule if it is valid, else the reason. */
export function checkRule(rule: object): { rule: ReplyRule } | { problem: string } {
  const result = replyRuleSchema.safeParse(rule, withoutWords);
  if (result.success) return { rule: result.data };
  return { problem: render(explainIssues(result.error.issues, { schema: replyRuleSchema, value: rule, part: 'rule' }), 'en') };
}

/** Documents begin with their length: no two lists have the same bytes. */
function fingerprintOf(documents: Uint8Array[]): string {
  const sum = createHash('sha256');
  for (const bytes of documents) sum.update(bytes);
  return sum.digest('base64');
}

/** An unusable REPLY_RULES_FILE: one line for each problem. */
export class RulesFileError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
    this.name = 'RulesFileError';
  }
}

/**
 * Reads the rules of REPLY_RULES_FILE.
 * @throws {RulesFileError} whose lines say which rule and field is wrong
 */
export function readRulesFile(path: string | undefined): ReplyRule[] {
  if (!path) return [];
  const content = readJson(path);
  const result = replyRulesFileSchema.safeParse(content, withoutWords);
  if (result.success) return result.data;
  throw new RulesFileError(result.error.issues.map(issue => {
    const { path: [index, ...field], message } = issue;
    if (typeof index !== 'number') return `REPLY_RULES_FILE: ${message || 'is not valid'}`;
    const [said] = explainIssues([{ ...issue, path: field }], { schema: replyRuleSchema, value: (content as unknown[])[index], part: 'rule' });
    return `REPLY_RULES_FILE: rule ${index + 1}: ${render(said, 'en')}`;
  }));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RulesFileError([`REPLY_RULES_FILE takes a JSON file; ${path} ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'}`]);
  }
}
