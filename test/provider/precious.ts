import { bytesOf } from '../support/worlds/actors.js';
import { contentOf } from '../support/worlds/test-renter.js';

/** What the renter of the crash tests stores. */
export const precious = contentOf(bytesOf('precious', 32_000));
