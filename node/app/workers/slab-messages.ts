import { errorTable, HoldfastError, isHoldfastError, type ErrorCode } from '../../core/errors/holdfast-error.js';
import type { DecodeJob, EncodeJob } from '../../core/data/slab-work.js';
import type { Hash } from '../../core/units.js';

/** What a worker is asked to do. The room is transferred, there and back. */
export type SlabJob = { readonly kind: 'encode'; readonly job: EncodeJob } | { readonly kind: 'decode'; readonly job: DecodeJob };

/** What a job makes; the roots are those of an encode. */
export interface SlabResult {
  readonly room: Uint8Array<ArrayBuffer>;
  readonly roots: readonly Hash[];
}

/** An error on its way between threads, which keep neither class nor code. */
export interface ErrorMessage {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly data?: object;
}

/** What a worker answers to each job, in order. */
export type SlabAnswer = { readonly result: SlabResult } | { readonly error: ErrorMessage };

export const errorMessage = (error: unknown): ErrorMessage => {
  if (isHoldfastError(error)) return { name: error.name, message: error.message, code: error.code, data: error.data };
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };
};

/** The error that was thrown in the other thread: coded as there, guards of their kind, anything else INTERNAL. */
export const errorFrom = ({ name, message, code, data }: ErrorMessage): Error => {
  if (code !== undefined && code in errorTable) return new HoldfastError(code as ErrorCode, data as never);
  if (name === 'RangeError') return new RangeError(message);
  if (name === 'TypeError') return new TypeError(message);
  return new HoldfastError('INTERNAL', { detail: `${name} in a worker: ${message}` });
};
