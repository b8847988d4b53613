import type { Address } from '../core/units.js';

/** What a rotation of the operator's key starts from. */
export interface RotationSnapshot {
  /** Whom the registry names. */
  readonly registered: Address;
  /** The operator key here, if there is one. */
  readonly here: Address | undefined;
  /** The key that is to follow it, if it was made. */
  readonly next: Address | undefined;
}

/** What comes next: a key is made, a key is named on chain, the next key takes the place of the one here. */
export type RotationStep =
  | { readonly kind: 'make' }
  | { readonly kind: 'name'; readonly operator: Address }
  | { readonly kind: 'promote' }
  | { readonly kind: 'done'; readonly operator: Address };

/**
 * Pure: the next step, so that an interrupted rotation goes on where it stopped. A key here that the registry does not name is named: that is
 * how another home folder takes over. `made` tells whether this rotation has made its key or found it.
 */
export const decideRotation = ({ registered, here, next }: RotationSnapshot, made: boolean): RotationStep => {
  if (next !== undefined) return registered === next ? { kind: 'promote' } : { kind: 'name', operator: next };
  if (here === undefined) return { kind: 'make' };
  if (registered !== here) return { kind: 'name', operator: here };
  return made ? { kind: 'done', operator: here } : { kind: 'make' };
};
