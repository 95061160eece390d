import type { EventHook } from '../lib/events/listener';

/**
 * Told, in the process where it happens, of every event that WEBHOOK_URL is sent. Yours to change: see docs/events.md.
 * As shipped nobody listens, and nothing is spent on it. A listener is a function:
 *
 *     const onEvent: EventHook = async event => {
 *       if (event.type === 'user.follow') await greet(event.data.openid);
 *     };
 */
const onEvent: EventHook = null;

export default onEvent;
