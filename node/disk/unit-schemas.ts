import { z } from 'zod/v4';
import { address, blockNumber, dealId, hash, leaves, period, signature, wei, type Hex } from '../core/units.js';

/*
 * Units as they stand in files, and how they are read: each by its own constructor, so that a file holds what memory may. Hex may
 * have capitals and is read in lower case; amounts are decimal text.
 */

/** What `unit` makes of a value, or the complaint `must`. */
export const checked =
  <Plain, Unit>(unit: (plain: Plain) => Unit, must: string) =>
  (plain: Plain, context: z.RefinementCtx): Unit => {
    try {
      return unit(plain);
    } catch {
      context.addIssue({ code: 'custom', message: must });
      return z.NEVER;
    }
  };

export const addressText = z.string().transform(checked(address, 'must be a 20-byte address'));
export const hashText = z.string().transform(checked(hash, 'must be a 32-byte hash'));
export const dealText = z.string().transform(checked(dealId, 'must be the 32-byte id of a deal'));
export const signatureText = z.string().transform(checked(signature, 'must be a 65-byte signature'));
/** Whole bytes in lower-case hex, perhaps none. */
export const bytesText = z.custom<Hex>((value) => typeof value === 'string' && /^0x(?:[0-9a-f]{2})*$/.test(value), 'must be bytes in hex');

export const leavesNumber = z.number().transform(checked(leaves, 'must be a number of leaves'));
export const periodNumber = z.number().transform(checked(period, 'must be a period'));
export const blockCount = z.number().transform(checked(blockNumber, 'must be the number of a block'));

/** A whole number that is not negative, as text of at most so many digits. */
export const decimalText = (digits: number, must = 'must be a decimal number') =>
  z
    .string()
    .regex(new RegExp(`^[0-9]{1,${digits}}$`), { error: must, abort: true })
    .transform(BigInt);
/** Token wei. */
export const weiText = decimalText(78).transform(checked(wei, 'must fit 256 bits'));
