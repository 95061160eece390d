import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { appsFileSchema } from '../config/apps';
import { parseEnv } from '../config/env';
import { ERRORS } from '../app/lib/errors';
import { EVENT_TYPES } from '../app/lib/events/event';
import { replyRuleSchema, replyRulesFileSchema } from '../app/lib/reply/rule';
import { subscriptionTemplateSchema } from '../app/lib/wechat/outgoing/subscriptionTemplate';
import { routes } from '../app/schema';
import { openApiDocument } from '../app/schema/openapi';
import { useApp } from './support/app';
import { usesIndex } from './support/explain';
import { codeBlocks, codeSpans, numbers, prose, readPage, ROOT, skeleton } from './support/markdown';
import { readMongosh, stagesOf } from './support/mongosh';

const READMES = ['README.md', 'README.zh-CN.md'];
const TRANSLATED = pagesIn('docs/zh-CN');
/** Pages with the same content in English and in Chinese. */
const PAIRS = [READMES, ...TRANSLATED.map(name => [name.replace('/zh-CN/', '/'), name])];
const PAGES = [...READMES, 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'packages/embedded-mongodb/README.md', ...pagesIn('docs'), ...pagesIn('docs/decisions'), ...TRANSLATED];
const COOKBOOK = codeBlocks(readPage('docs/cookbook.md')).filter(({ language }) => language === 'js').map(({ text }) => text);

function pagesIn(directory: string): string[] {
  return readdirSync(resolve(ROOT, directory)).filter(name => name.endsWith('.md')).map(name => `${directory}/${name}`);
}

/** The variables that config/env.ts reads. */
function variables(): string[] {
  const names = [...readPage('config/env.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+): \[/gm)].map(([, name]) => name);
  assert.ok(names.length > 40);
  return names;
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(path: string): string[] {
  return [...prose(readPage(path)).matchAll(/^#+ +(.+)$/gm)]
    .map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-'));
}

describe('the documentation', () => {
  it('has no broken link', () => {
    const broken = PAGES.flatMap(page => [...prose(readPage(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link).filter(link => !/^https?:/.test(link)).filter(link => {
        const [path, anchor] = link.split('#');
        const target = path === '' ? page : resolve(ROOT, dirname(page), path);
        return !existsSync(resolve(ROOT, target)) || (anchor !== undefined && !anchors(target).includes(anchor));
      })
      .map(link => `${page}: ${link}`));
    assert.deepEqual(broken, []);
  });

  it('names every variable, in both READMEs and in the pages on configuration', () => {
    for (const page of [...READMES, 'docs/configuration.md', 'docs/zh-CN/configuration.md']) {
      const rows = readPage(page).split('\n').filter(line => line.startsWith('|')).join('\n');
      assert.deepEqual(variables().filter(name => !rows.includes(`\`${name}\``)), [], page);
    }
  });

  it('names every event', () => {
    const page = readPage('docs/events.md');
    assert.deepEqual(EVENT_TYPES.filter(type => !page.includes(`| \`${type}\` |`)), []);
  });

  it('names every route', () => {
    const paths = [...new Set(routes.map(({ path }) => path))];
    for (const directory of ['docs', 'docs/zh-CN']) {
      const pages = ['api', 'console', 'push', 'sandbox', 'operations'].map(name => readPage(`${directory}/${name}.md`)).join('\n');
      assert.deepEqual(paths.filter(path => !pages.includes(path)), [], directory);
    }
  });

  it('never says that a login makes old data readable', () => {
    for (const page of [...READMES, 'docs/api.md', 'docs/operations.md', 'docs/zh-CN/api.md', 'docs/zh-CN/operations.md']) {
      const said = readPage(page).split(/[.。] ?|\n/).filter(sentence => sentence.includes('SESSION_KEY_STALE'));
      assert.ok(said.some(sentence => /asks? the person|请用户/.test(sentence)), page);
      assert.deepEqual(said.filter(sentence => /repeat|retry|重试/.test(sentence)), [], page);
    }
    const described = JSON.stringify(openApiDocument('0.0.0'));
    assert.ok(described.includes(`\`SESSION_KEY_STALE\`: ${ERRORS.SESSION_KEY_STALE.message}`));
    assert.match(ERRORS.SESSION_KEY_STALE.message, /log in again, then ask the person/);
  });

  it('has Chinese pages for newcomers', () => {
    assert.deepEqual(TRANSLATED.sort(), ['api', 'configuration', 'console', 'getting-started', 'operations', 'privacy', 'push', 'sandbox', 'ten-minutes'].map(name => `docs/zh-CN/${name}.md`));
  });

  for (const [english, chinese] of PAIRS) {
    it(`has the same content in ${english} and ${chinese}`, () => {
      const [original, translation] = [readPage(english), readPage(chinese)];
      assert.ok(codeBlocks(original).length > 1);
      assert.deepEqual(codeBlocks(translation), codeBlocks(original), 'blocks of code');
      assert.deepEqual(skeleton(translation), skeleton(original), 'headings, paragraphs, lists and tables');
      assert.deepEqual(codeSpans(translation), codeSpans(original), 'names of variables, routes, fields and commands');
      assert.deepEqual(numbers(translation), numbers(original), 'numbers');
    });
  }

  it('writes Chinese with the words and the punctuation of the mainland', () => {
    for (const [, page] of PAIRS) {
      const text = prose(readPage(page)).replace(/(`+).+?\1/g, '').replace(/\]\([^)]*\)/g, ']');
      assert.deepEqual(text.match(/.{0,10}(?:\p{Script=Han}[,;:!?]|[,;:!?]\p{Script=Han}|帐号|登陆|打码).{0,10}/gu), null, page);
    }
  });

  it('shows one and the same nginx configuration', () => {
    const [started, operated] = ['docs/getting-started.md', 'docs/operations.md'].map(page => codeBlocks(readPage(page)).filter(({ language }) => language === 'nginx'));
    assert.equal(started.length, 1);
    assert.deepEqual(started, operated);
  });

  it('writes the variables to a file that the server takes, that nobody else can read, and that replaces no other', () => {
    for (const page of ['README.md', 'docs/getting-started.md']) {
      const [{ text }] = codeBlocks(readPage(page)).filter(({ language, text }) => language === 'sh' && text.includes('> hub.env'));
      const directory = mkdtempSync(join(tmpdir(), 'weapp-hub-docs-'));
      try {
        const write = () => spawnSync('bash', ['-c', text], { cwd: directory }).status;
        assert.equal(write(), 0);
        const file = join(directory, 'hub.env');
        const written = readFileSync(file, 'utf8');
        assert.equal(statSync(file).mode & 0o777, 0o600);
        const env = parseEnv(Object.fromEntries(written.trimEnd().split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])));
        assert.deepEqual([env.apps[0].pushMode, env.sandbox, env.dataKey?.length], ['secure', false, 32]);
        assert.notEqual(write(), 0);
        assert.equal(readFileSync(file, 'utf8'), written);
      } finally {
        rmSync(directory, { recursive: true });
      }
    }
  });

  it('recommends no interface that WeChat has retired', () => {
    for (const page of PAGES) assert.doesNotMatch(readPage(page), /getUserProfile/, page);
  });

  it('shows files that are valid as they stand', () => {
    const [apps, rules] = codeBlocks(readPage('README.md')).filter(({ language }) => language === 'json').map(({ text }) => JSON.parse(text) as unknown);
    assert.equal(appsFileSchema.parse(apps).length, 2);
    assert.equal(replyRulesFileSchema.parse(rules).length, 2);
    for (const [name, rule] of [['README.md', /^db\.replyRules/], ['docs/push.md', /^db\.replyRules/]] as const) {
      const scripts = codeBlocks(readPage(name)).filter(({ language, text }) => language === 'js' && rule.test(text));
      assert.ok(scripts.length > 0, name);
      for (const { text } of scripts) for (const { inserted } of readMongosh(text)) if (inserted) replyRuleSchema.parse(inserted);
    }
    for (const { text } of codeBlocks(readPage('docs/push.md')).filter(({ language }) => language === 'json')) replyRulesFileSchema.parse(JSON.parse(text));
  });
});

describe('docs/cookbook.md', () => {
  const hub = useApp();
  // There is no plan for a collection that does not exist.
  before(() => Promise.all(Object.values(hub().app.model).map(model => model.createCollection())));

  it('has no query that scans a collection or sorts in memory', async () => {
    const { db } = hub().app.mongoose.connection;
    assert.ok(db);
    const statements = COOKBOOK.flatMap(readMongosh);
    assert.ok(statements.length > 50);
    for (const { command, collection, method } of statements) {
      if (!command) continue;
      const explanation = await db.command({ explain: command, verbosity: 'queryPlanner' });
      const stages = stagesOf(explanation);
      const told = `db.${collection}.${method}(${JSON.stringify(command)}): ${stages.join(', ')}`;
      assert.ok(usesIndex(explanation), told);
      if (method === 'find') assert.ok(!stages.includes('SORT'), told);
    }
  });

  it('inserts only documents that the server takes', () => {
    const inserts = COOKBOOK.flatMap(readMongosh).filter(({ inserted }) => inserted);
    assert.deepEqual(inserts.map(({ collection }) => collection), ['replyRules', 'templates']);
    replyRuleSchema.parse(inserts[0].inserted);
    subscriptionTemplateSchema.parse(inserts[1].inserted);
  });

  it('runs', async () => {
    const { db } = hub().app.mongoose.connection;
    assert.ok(db);
    for (const { command } of COOKBOOK.flatMap(readMongosh)) {
      if (command) assert.equal((await db.command(command)).ok, 1, JSON.stringify(command));
    }
  });
});
