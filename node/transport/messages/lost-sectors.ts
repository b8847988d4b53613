import type { Authorization, LostPage, LostRange } from '../../ports/link.js';
import { integerOf, listOf, maybe, record } from './codec.js';
import { authorizationField, hashField } from './fields.js';
import { defineMessage } from './message.js';

/** Most roots that one answer names. */
export const LOST_ROOTS = 1_024;

export interface LostSectorsRequest {
  readonly authorization: Authorization;
  readonly range: LostRange;
}

export const lostSectorsRequest = defineMessage<LostSectorsRequest>(
  'lost-sectors request',
  1_024,
  record({ authorization: authorizationField, range: record({ after: hashField, most: integerOf(1, LOST_ROOTS) }) }),
);

export const lostSectorsAnswer = defineMessage<LostPage>(
  'lost-sectors answer',
  40_960,
  record({ roots: listOf(hashField, LOST_ROOTS), next: maybe(hashField) }),
);
