import { defineRoute } from '../route';

const answers = {
  200: { type: 'text/html', description: 'The page, which looks at the rest of the address itself; below `/console/assets/` its files' },
  404: { type: 'text/plain', description: 'There is no such file, or the console was not built' },
};

export const consolePage = defineRoute({
  method: 'get', path: '/console', tag: 'operations', summary: { en: 'The console', zh: '控制台' }, auth: 'none', answers,
});

export const consoleFile = defineRoute({
  method: 'get',
  path: '/console/*',
  tag: 'operations',
  summary: { en: 'A page or a file of the console', zh: '控制台的页面或文件' },
  description: 'Files whose names change with their content are kept by browsers for a year, the page is asked for each time.',
  auth: 'none',
  answers,
});
