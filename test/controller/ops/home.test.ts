import assert from 'node:assert/strict';
import { homePage, placesOf } from '../../../app/lib/home/page';
import { useApp } from '../../support/app';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('GET /', () => {
  const hub = useApp();
  const ask = (headers: Record<string, string>, method = 'GET') => fetch(hub().url, { method, headers });

  it('is a page for a browser, with links to the other pages', async () => {
    const response = await ask({ accept: BROWSER });
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
    const page = await response.text();
    assert.match(page, /<html lang="en">/);
    for (const path of ['/console', '/sandbox', '/docs', '/openapi.json', '/readyz']) assert.ok(page.includes(`href="${path}"`), path);
    assert.ok(page.includes('API docs'));
  });

  it('is Chinese when the browser asks for it', async () => {
    const response = await ask({ accept: BROWSER, 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
    const page = await response.text();
    assert.match(page, /<html lang="zh-CN">/);
    assert.ok(page.includes('接口文档') && !page.includes('API docs'));
    assert.equal(response.headers.get('content-language'), 'zh-CN');
    assert.match(String(response.headers.get('vary')), /accept-language/i);
  });

  it('runs and loads only files of this server, all of which exist', async () => {
    const response = await ask({ accept: BROWSER });
    assert.equal(response.headers.get('content-security-policy'), 'default-src \'self\'');
    const page = await response.text();
    assert.doesNotMatch(page, /<script|<style|style=|\bon\w+=|https?:/);
    const loaded = [...page.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, path]) => path);
    assert.deepEqual(loaded, ['/public/icon.svg', '/public/home.css']);
    for (const path of loaded) {
      const file = await fetch(`${hub().url}${path}`);
      assert.equal(file.status, 200, path);
      assert.match(String(file.headers.get('content-type')), path.endsWith('.css') ? /^text\/css/ : /^image\/svg\+xml/);
    }
  });

  it('is JSON for other clients', async () => {
    for (const accept of ['*/*', 'application/json', '']) {
      const response = await ask({ accept });
      assert.match(String(response.headers.get('content-type')), /^application\/json/, accept);
      const { name, console: found, readiness, sandbox } = await response.json() as Record<string, string>;
      assert.deepEqual([name, found, readiness, sandbox], ['weapp-hub', '/console', '/readyz', '/sandbox']);
    }
  });

  it('answers HEAD, and names no sandbox where there is none', async () => {
    assert.equal((await ask({}, 'HEAD')).status, 200);
    assert.ok(!homePage(placesOf(false), 'en', '1').includes('/sandbox'));
  });
});
