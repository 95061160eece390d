import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeDirectory } from '../boot/precheck';
import { CommandError, runAlone } from './command';
import { showUsageWhenAsked, usageOf } from './usage';

showUsageWhenAsked('create');

const EXAMPLE = resolve(__dirname, '../../examples/miniprogram');
const CONFIG = 'config.js';
const PROJECT = 'project.config.json';

/** @return the absolute path of the given directory */
function readDirectory(args: string[]): string {
  if (args.length !== 1 || args[0].startsWith('-')) throw new CommandError(usageOf('create'));
  return resolve(args[0]);
}

/**
 * `npm run create -- DIR`: writes a mini-program that calls the hub at this address. Existing files are left alone.
 * @param appid of the mini-program; by default the one that the developer tools give to guests
 */
function create(dir: string, hubUrl: string, appid?: string): void {
  try {
    if (existsSync(dir) && readdirSync(dir).length > 0) throw new CommandError(`${dir} is there already and is not touched: name another directory.`);
    makeDirectory(dir);
    cpSync(EXAMPLE, dir, { recursive: true });
    edit(join(dir, CONFIG), /baseUrl: '[^']*'/, `baseUrl: '${hubUrl.replace(/[\\']/g, '\\$&')}'`);
    if (appid !== undefined) edit(join(dir, PROJECT), /"appid": "[^"]*"/, `"appid": "${appid}"`);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${dir} cannot be written (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}): name another directory.`);
  }
  console.log(`A mini-program lies in ${dir}; it calls ${hubUrl} (${CONFIG}).

What next:
  1. npm start                                        the hub, if it does not run yet
  2. open the directory in WeChat's developer tools   微信开发者工具 → 导入项目, with your AppID or a test number
  3. see yourself logged in; docs/ten-minutes.md goes on from there`);
}

function edit(file: string, what: RegExp, by: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(what, () => by));
}

void runAlone(() => readDirectory(process.argv.slice(2)), async (dir, { hubUrl, sandbox, apps }) => {
  create(dir, hubUrl, sandbox ? undefined : apps.find(({ kind }) => kind === 'miniprogram')?.appid);
});
