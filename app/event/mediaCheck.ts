import type { EventFamily } from './family';

/**
 * What WeChat thinks of an image or a sound. It names the check, whose person is known here; its sender is the platform.
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync.html
 */
export const mediaCheck: EventFamily = {
  events: ['wxa_media_check'],
  kind: 'miniprogram',
  applyToApp: (message, service) => service.security.media.apply(message),
};
