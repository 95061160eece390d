import { appendFileSync } from 'node:fs';
import Module from 'node:module';

type Resolve = (request: string, ...more: unknown[]) => string;

/**
 * Loaded into every process of a server that a test starts (node --require): the packages of TEST_MISSING
 * (comma-separated) cannot be resolved, as if npm had left them out; processes that ask for one are written into
 * TEST_ASKED_FILE.
 */
function leaveOut(missing: string[], file: string): void {
  const modules = Module as unknown as { _resolveFilename: Resolve };
  const resolve = modules._resolveFilename;
  modules._resolveFilename = function resolveWithout(this: unknown, request, ...more) {
    if (!missing.some(name => request === name || request.startsWith(`${name}/`))) return resolve.call(this, request, ...more);
    appendFileSync(file, `${request} in ${process.argv[1]}\n`);
    throw Object.assign(new Error(`Cannot find module '${request}'\nRequire stack:`), { code: 'MODULE_NOT_FOUND' });
  };
}

const { TEST_MISSING, TEST_ASKED_FILE } = process.env;
if (TEST_MISSING && TEST_ASKED_FILE) leaveOut(TEST_MISSING.split(','), TEST_ASKED_FILE);
