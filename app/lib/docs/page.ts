import { LANGUAGE_TAGS } from '../language/acceptLanguage';
import type { Language } from '../language/texts';

const TEXTS: Record<Language, Record<'name' | 'title' | 'intro' | 'home' | 'document' | 'token' | 'noSandbox', string>> = {
  en: {
    name: 'English',
    title: 'HTTP interface',
    intro: 'Every call, with what it takes and answers. Open one, fill it in and send it.',
    home: 'Home',
    document: 'OpenAPI document',
    token: 'Log somebody in',
    noSandbox: 'The sandbox is off: calls go to the real WeChat. Authorize with a token of your own.',
  },
  zh: {
    name: '中文',
    title: 'HTTP 接口',
    intro: '每个接口的参数与返回。展开任意接口，填写后即可发送。',
    home: '首页',
    document: 'OpenAPI 文档',
    token: '登录一个测试用户',
    noSandbox: '沙箱未开启：调用会发往真实的微信。请用自己的 token 授权。',
  },
};

/** The HTML frame of /docs; app/public/docs.js draws the interface into it. */
export function docsPage(language: Language, sandbox: boolean): string {
  const text = TEXTS[language];
  const other = language === 'zh' ? 'en' : 'zh';
  return `<!doctype html>
<html lang="${LANGUAGE_TAGS[language]}" data-language="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title} · weapp-hub</title>
<link rel="icon" href="/public/icon.svg">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/public/docs.css">
<script src="/docs/swagger-ui-bundle.js" defer></script>
<script src="/public/docs.js" defer></script>
</head>
<body>
<header>
<div>
<h1>${text.title}</h1>
<p>${text.intro}</p>
</div>
<nav><a href="/">${text.home}</a><a href="/openapi.json?lang=${language}">${text.document}</a><a href="/docs?lang=${other}" hreflang="${LANGUAGE_TAGS[other]}" lang="${LANGUAGE_TAGS[other]}">${TEXTS[other].name}</a>${sandbox ? `<button id="token" type="button">${text.token}</button>` : ''}</nav>
</header>
${sandbox ? '<p id="told" role="status"></p>' : `<p>${text.noSandbox}</p>`}
<main id="docs"></main>
</body>
</html>
`;
}
