import type { SectorRef } from '../../core/data/data-set.js';
import type { Authorization } from '../../ports/link.js';
import { record } from './codec.js';
import { authorizationField, sectorField } from './fields.js';
import { defineMessage } from './message.js';

/** Offers a sector; the provider pulls its bytes if it wants them. */
export interface WriteSectorRequest {
  readonly authorization: Authorization;
  readonly sector: SectorRef;
}

export const writeSectorRequest = defineMessage<WriteSectorRequest>(
  'write-sector request',
  1_024,
  record({ authorization: authorizationField, sector: sectorField }),
);

/** Says that the sector is durable; carries nothing. */
export const writeSectorAnswer = defineMessage<Readonly<Record<never, never>>>('write-sector answer', 16, record({}));
