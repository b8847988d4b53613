import { z } from 'zod/v4';
import { dealText, decimalText, hashText, leavesNumber, periodNumber, signatureText, weiText } from './unit-schemas.js';

/* Sectors and revisions as they stand in files, whoever wrote them. */

export const sectorField = z.object({ root: hashText, leaves: leavesNumber });

export const revisionField = z.object({
  deal: dealText,
  number: decimalText(20),
  root: hashText,
  leaves: leavesNumber,
  sectors: z.number().int(),
  end: periodNumber,
  price: weiText,
  validUntil: periodNumber,
});

export const signedField = z.object({ revision: revisionField, renterSignature: signatureText, providerSignature: signatureText });
