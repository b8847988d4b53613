import type { SignedRevision } from '../../core/market/deal.js';
import type { Authorization } from '../../ports/link.js';
import { maybe, record } from './codec.js';
import { authorizationField, signedRevisionField } from './fields.js';
import { defineMessage } from './message.js';

export interface ListSectorsRequest {
  readonly authorization: Authorization;
}

export const listSectorsRequest = defineMessage<ListSectorsRequest>(
  'list-sectors request',
  1_024,
  record({ authorization: authorizationField }),
);

/** The newest revision of both; its sectors are pulled by the renter, packed as in `sector-list.ts`. */
export interface ListSectorsAnswer {
  readonly signed: SignedRevision | undefined;
}

export const listSectorsAnswer = defineMessage<ListSectorsAnswer>(
  'list-sectors answer',
  2_048,
  record({ signed: maybe(signedRevisionField) }),
);

/** Says that the renter has pulled all it wants; carries nothing. */
export const listSectorsEnd = defineMessage<Readonly<Record<never, never>>>('list-sectors end', 16, record({}));
