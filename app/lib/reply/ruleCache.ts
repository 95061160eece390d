import { readFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import { compileRules, type CompiledRules } from './matcher';
import { replyRuleSchema, replyRulesFileSchema, type ReplyRule } from './rule';

interface Options {
  /** All stored rules, as they are. */
  load: () => Promise<unknown[]>;
  /** Those of REPLY_RULES_FILE. */
  fixed: readonly ReplyRule[];
  /** Told once of each stored rule that does not fit, and why. */
  onInvalid: (id: string, why: string) => void;
}

/** The reply rules, compiled and in memory: looked at again every second, compiled anew when they have changed. */
export class RuleCache {
  private compiled: CompiledRules;
  private version = '';
  private timer?: NodeJS.Timeout;

  constructor(private readonly options: Options) {
    this.compiled = compileRules(options.fixed);
  }

  /** Whether the stored rules have ever been seen. */
  get loaded(): boolean {
    return this.version !== '';
  }

  get rules(): CompiledRules {
    return this.compiled;
  }

  /** Loads the rules and keeps them up to date. While the database is away the last known ones stay. */
  async start(): Promise<void> {
    await this.refresh().catch(() => undefined);
    this.timer = setTimeout(() => void this.start(), 1000).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  async refresh(): Promise<void> {
    const stored = await this.options.load();
    const version = hash('sha256', JSON.stringify(stored));
    if (version === this.version) return;
    const valid: ReplyRule[] = [];
    for (const rule of stored) {
      const id = String((rule as { _id?: unknown })._id);
      const result = replyRuleSchema.safeParse({ ...rule as object, _id: id });
      if (result.success) valid.push(result.data);
      else this.options.onInvalid(id, result.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`).join('; '));
    }
    this.compiled = compileRules([...this.options.fixed, ...valid]);
    this.version = version;
  }
}

/** A REPLY_RULES_FILE that cannot be used: one line for each problem. */
export class RulesFileError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
    this.name = 'RulesFileError';
  }
}

/**
 * The rules of REPLY_RULES_FILE.
 * @throws {RulesFileError} whose lines say which rule and field is wrong
 */
export function readRulesFile(path: string | undefined): ReplyRule[] {
  if (!path) return [];
  const result = replyRulesFileSchema.safeParse(readJson(path));
  if (result.success) return result.data;
  throw new RulesFileError(result.error.issues.map(({ path: [index, ...field], message }) => {
    const place = [...(typeof index === 'number' ? [`rule ${index + 1}:`] : []), ...(field.length > 0 ? [field.join('.')] : [])];
    return ['REPLY_RULES_FILE:', ...place, message].join(' ');
  }));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RulesFileError([`REPLY_RULES_FILE takes a JSON file; ${path} ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'}`]);
  }
}
