import assert from 'node:assert/strict';
import { whereabouts } from '../../../app/lib/http/whereabouts';
import { render } from '../../../app/lib/language/message';

const ROUTES = [
  { path: '/healthz', methods: ['HEAD', 'GET'] },
  { path: '/api/me', methods: ['HEAD', 'GET'] },
  { path: '/api/me', methods: ['DELETE'] },
  { path: '/api/server/messages/:id/redrive', methods: ['POST'] },
  { path: '/public/*', methods: ['HEAD', 'GET'] },
];
const of = (path: string) => /^This address is written (\S+), in this case/.exec(render(whereabouts(path, ROUTES, []) ?? '', 'en'))?.[1];

describe('lib/http/whereabouts', () => {
  it('names the right path where only case or slashes differ', () => {
    for (const [path, right] of [
      ['//api/me', '/api/me'],
      ['/api//me', '/api/me'],
      ['/api/me//', '/api/me'],
      ['/API/Me/', '/api/me'],
      ['///api///server//messages/aB//redrive', '/api/server/messages/aB/redrive'],
      ['/Public//a/B.png', '/public/a/B.png'],
      ['//healthz', '/healthz'],
    ] as const) assert.equal(of(path), right, path);
  });

  it('gives no hint where no path is similar', () => {
    for (const path of ['/', '//', '/api', '/api/me', '/api/me/x', '/apime', '/public', '/api/server/messages/redrive', '/*']) assert.equal(of(path), undefined, path);
  });

  it('names the methods of a path that takes others', () => {
    assert.equal(render(whereabouts('/api/me', ROUTES, ROUTES.slice(1, 3)) ?? '', 'en'), 'This address takes DELETE, GET and no other method.');
  });
});
