import assert from 'node:assert/strict';
import { AppError } from '../../../app/lib/errors';
import { requirePublicUrl } from '../../../app/lib/http/publicUrl';

describe('lib/http/publicUrl', () => {
  const refuses = (url: string, options: Parameters<typeof requirePublicUrl>[1] = {}, why = /not public/) => assert.rejects(requirePublicUrl(url, options), (error: AppError) => {
    assert.ok(error instanceof AppError, url);
    assert.equal(error.code, 'INVALID_ARGUMENT');
    assert.match(error.message, why);
    return true;
  });
  const leadsTo = (address: string) => async () => (address === '' ? [] : [{ address, family: 4 }]);

  it('takes addresses of the public internet', async () => {
    await requirePublicUrl('http://8.8.8.8/a.png');
    await requirePublicUrl('https://[2606:4700::1111]/a.png');
    await requirePublicUrl('https://files.weapp-hub.dev:8443/照片😀.png?x=1', { resolve: leadsTo('8.8.8.8') });
  });

  it('refuses addresses that are not public, in every spelling', async () => {
    for (const host of ['127.0.0.1', '10.0.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '[::1]', '[fe80::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
      await refuses(`http://${host}/a.png`);
    }
  });

  it('refuses names that are not public, or lead inside', async () => {
    for (const host of ['localhost', 'localhost.', 'intranet', 'files.local', 'a.internal', 'a.test', 'x.example', 'a.home.arpa']) await refuses(`http://${host}/a.png`, { resolve: leadsTo('8.8.8.8') });
    await refuses('http://files.weapp-hub.dev/', { resolve: leadsTo('') });
  });

  it('refuses texts that are no http(s) address', async () => {
    for (const url of ['ftp://8.8.8.8/a.png', 'file:///etc/passwd', 'a.png', '//8.8.8.8/a', 'data:,x']) await refuses(url, {}, /http/);
    await refuses('http://me:secret@8.8.8.8/', {}, /user name or password/);
  });

  it('leaves a public name that this server cannot resolve to WeChat', async () => {
    await requirePublicUrl('https://files.weapp-hub.dev/a.png', { resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    await requirePublicUrl('https://files.weapp-hub.dev/a.png', { resolve: () => new Promise(() => undefined), timeout: 20 });
  });
});
