import { ControlError } from './route';

const LOOPBACK = /^(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** What is known of who asks. */
export interface Caller { method: string; host?: string; origin?: string; contentType?: string }

/**
 * Keeps web pages out: the control API has no password, and a browser on this machine opens any page. A page of another
 * site names its own Origin; one whose name was made to point here (DNS rebinding) names its own Host; and a form, which
 * is sent without asking, cannot be of type application/json.
 * @throws ControlError FORBIDDEN or INVALID_ARGUMENT
 */
export function guard({ method, host = '', origin, contentType = '' }: Caller): void {
  if (!LOOPBACK.test(host)) {
    throw new ControlError('FORBIDDEN', 'The sandbox takes calls to this machine only: use http://127.0.0.1 or http://localhost in the address.');
  }
  if (origin !== undefined && origin.toLowerCase().replace(/^https?:\/\//, '') !== host.toLowerCase()) {
    throw new ControlError('FORBIDDEN', 'The sandbox takes no calls from pages of another origin.');
  }
  if (method === 'POST' && !/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new ControlError('INVALID_ARGUMENT', 'The body must be JSON: send it with content-type: application/json.');
  }
}
