import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The driver's event of a command. */
export interface Command {
  commandName: string;
  command: Record<string, unknown>;
}

const filterOf = (filter: unknown) => (filter ?? {}) as Record<string, unknown>;

interface Write {
  filter: Record<string, unknown>;
  what: string;
}

/**
 * The writes of a command that a cluster sharded by hashed `_id` refuses before MongoDB 7, or sends to every shard:
 * those of one document, and upserts, whose filter does not name one `_id`. Writes of many documents may go everywhere.
 * @see https://www.mongodb.com/docs/v4.4/core/sharded-cluster-query-router/
 * @see https://www.mongodb.com/docs/v4.4/reference/method/db.collection.findAndModify/
 * @return one line for each
 */
export function unroutable({ commandName, command }: Command): string[] {
  const collection = String(command[commandName]);
  return writesOf(commandName, command).filter(({ filter }) => !names(filter, '_id')).map(({ filter, what }) => `${collection}: ${what} ${shape(filter)}`);
}

function writesOf(name: string, command: Record<string, unknown>): Write[] {
  if (name === 'findAndModify') return [{ filter: filterOf(command.query), what: 'findAndModify' }];
  const items = (command[`${name}s`] ?? []) as Array<{ q: unknown; multi?: boolean; upsert?: boolean; limit?: number }>;
  if (name === 'update') {
    return items.filter(({ multi, upsert }) => !multi || upsert).map(({ q, upsert }) => ({ filter: filterOf(q), what: upsert ? 'upsert' : 'updateOne' }));
  }
  if (name === 'delete') return items.filter(({ limit }) => limit === 1).map(({ q }) => ({ filter: filterOf(q), what: 'deleteOne' }));
  return [];
}

/** Whether a filter fixes a field to one value. */
function names(filter: Record<string, unknown>, field: string): boolean {
  if (field in filter) return isValue(filter[field]);
  return Array.isArray(filter.$and) && filter.$and.some(part => names(filterOf(part), field));
}

/** A value, or `$eq` of one: nothing with operators, no pattern. */
function isValue(condition: unknown): boolean {
  if (condition instanceof RegExp || condition === undefined) return false;
  if (typeof condition !== 'object' || condition === null || '_bsontype' in condition || condition instanceof Date) return true;
  const operators = Object.keys(condition).filter(name => name.startsWith('$'));
  return operators.length === 0 || operators.includes('$eq');
}

/** The fields of a filter, without the values. */
function shape(filter: unknown): string {
  if (Array.isArray(filter)) return `[${[...new Set(filter.map(shape))].join(', ')}]`;
  if (typeof filter !== 'object' || filter === null || '_bsontype' in filter || filter instanceof Date || filter instanceof RegExp) return '…';
  return `{ ${Object.entries(filter).map(([name, value]) => `${name}: ${shape(value)}`).join(', ')} }`;
}

const found = new Set<string>();
let seen = 0;

/** Checks every command from now on. */
export function watchWrites(client: { on(event: 'commandStarted', listener: (command: Command) => void): unknown }, tell = (line: string): void => void found.add(line)): void {
  client.on('commandStarted', command => {
    seen += writesOf(command.commandName, command.command).length;
    for (const line of unroutable(command)) tell(line);
  });
}

/**
 * @param file for a process's findings: returns the variables that make it check, and a function that adds its findings
 */
export function watchedProcess(file: string): { variables: Record<string, string>; read(): void } {
  return {
    variables: { NODE_OPTIONS: `--require ${resolve(__dirname, 'writesOfProcess.js')}`, TEST_WRITES_FILE: file },
    read() {
      if (existsSync(file)) for (const line of readFileSync(file, 'utf8').trim().split('\n')) found.add(line);
    },
  };
}

/** Fails when a write was seen that a sharded cluster refuses. @return how many writes of one document were seen */
export function assertRoutable(): number {
  if (found.size > 0) throw new Error(`A cluster sharded by hashed _id refuses, or sends to every shard:\n  ${[...found].sort().join('\n  ')}`);
  return seen;
}
