import type { EventFamily } from './family';

/**
 * WeChat's verdict on an image or a sound. It names the check, and the check's document names the person; the push's
 * sender is the platform.
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync.html
 */
export const mediaCheck: EventFamily = {
  events: ['wxa_media_check'],
  kind: 'miniprogram',
  applyToApp: (message, service) => service.security.media.apply(message),
};
