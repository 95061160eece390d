import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createMenu, currentMenu, deleteMenu } from '../lib/wechat/endpoints/menu';
import { checkMenu, type Menu } from '../lib/wechat/menu';
import { CommandError, officialAccounts, runCommand } from './command';
import { showUsageWhenAsked, usageOf } from './usage';

showUsageWhenAsked('menu');

function readMenuFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(error instanceof SyntaxError ? `${file} is not JSON.` : `${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

interface Asked {
  action: string;
  menu?: Menu;
  appid?: string;
}

function readArguments(): Asked {
  const { positionals: [action, file, ...more], values } = parseArgs({ allowPositionals: true, options: { appid: { type: 'string' } } });
  if (!['push', 'show', 'delete'].includes(action) || (action === 'push') !== (file !== undefined) || more.length > 0) throw new CommandError(usageOf('menu'));
  return { action, ...(file === undefined ? {} : { menu: checkMenu(readMenuFile(file)) }), appid: values.appid };
}

void runCommand(readArguments, async ({ action, menu, appid }, { apps, client, tokens }) => {
  const [app] = officialAccounts(apps, appid);
  if (menu) {
    await tokens.with(app, token => createMenu(client, token, menu));
    console.log(`${app.appid}: the menu has been replaced. Users see it within 5 minutes.`);
  } else if (action === 'show') {
    console.log(JSON.stringify(await tokens.with(app, token => currentMenu(client, token)), null, 2));
  } else {
    await tokens.with(app, token => deleteMenu(client, token));
    console.log(`${app.appid}: the menu has been removed.`);
  }
});
