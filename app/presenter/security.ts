import type { AskedCheck } from '../service/security/media';
import type { TextVerdict } from '../service/security/text';

export function presentTextVerdict({ suggest, label, traceIds }: TextVerdict) {
  return { suggest, label, traceIds };
}

/** A check of an image or a sound, with its result when that has come. */
export function presentMediaCheck({ _id, state, label }: AskedCheck) {
  return { id: _id, state, ...(label === undefined ? {} : { label }) };
}
