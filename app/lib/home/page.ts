import { LANGUAGE_TAGS } from '../language/acceptLanguage';
import type { Language } from '../language/texts';

/** A link of the page: its name in JSON and in both languages, and its address. */
export interface Place {
  name: string;
  path: string;
  title: Record<Language, string>;
  text: Record<Language, string>;
}

const CONSOLE: Place = {
  name: 'console', path: '/console', title: { en: 'Console', zh: '管理控制台' },
  text: { en: 'People, conversations, messages, apps and reply rules', zh: '用户、会话、消息、应用和自动回复规则' },
};
const SANDBOX: Place = {
  name: 'sandbox', path: '/sandbox', title: { en: 'Sandbox phone', zh: '沙箱手机' },
  text: { en: 'A simulated WeChat to try everything with', zh: '用模拟的微信体验全部功能' },
};
const OTHERS: Place[] = [
  {
    name: 'docs', path: '/docs', title: { en: 'API docs', zh: '接口文档' },
    text: { en: 'Every call, with examples to try out', zh: '每个接口的说明，可在线调试' },
  },
  {
    name: 'openapi', path: '/openapi.json', title: { en: 'API description', zh: '接口描述文件' },
    text: { en: 'OpenAPI 3.1, for tools and generated clients', zh: 'OpenAPI 3.1，供工具和代码生成使用' },
  },
  {
    name: 'readiness', path: '/readyz', title: { en: 'Readiness', zh: '就绪状态' },
    text: { en: 'Whether the database answers and requests are served', zh: '数据库是否正常、能否提供服务' },
  },
];

const ABOUT: Record<Language, string> = {
  en: 'The self-hosted backend for WeChat mini-programs is running.',
  zh: '微信小程序自托管后端已在运行。',
};

/** The links of the page. @param sandbox whether the simulated WeChat runs */
export function placesOf(sandbox: boolean): Place[] {
  return sandbox ? [CONSOLE, SANDBOX, ...OTHERS] : [CONSOLE, ...OTHERS];
}

/** The HTML of the page at `/`: links only, without script; app/public/home.css styles it. */
export function homePage(places: Place[], language: Language, version: string): string {
  const links = places.map(({ path, title, text }) => `
      <li><a href="${path}"><strong>${title[language]}</strong><span>${text[language]}</span><code>${path}</code></a></li>`).join('');
  return `<!doctype html>
<html lang="${LANGUAGE_TAGS[language]}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>weapp-hub</title>
  <link rel="icon" href="/public/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/public/home.css">
</head>
<body>
  <main>
    <h1>weapp-hub</h1>
    <p>${ABOUT[language]}</p>
    <ul>${links}
    </ul>
    <footer>${version}</footer>
  </main>
</body>
</html>
`;
}
