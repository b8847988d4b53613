import type { Writable } from 'node:stream';
import { rangeOf, type RangeRequest } from '../../core/data/range-request.js';
import type { ByteRange } from '../../core/data/band.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { GetOptions, GetResult } from '../../renter/download/get.js';
import type { Renter } from '../../renter/renter.js';
import { chooseObjects } from './choose-objects.js';
import { pathOfOne } from './fetch-objects.js';
import { createFileSink } from './file-sink.js';
import { STANDARD } from './standard.js';
import { createStreamSink } from './stream-sink.js';

export interface FetchRangeOptions extends Omit<GetOptions, 'object' | 'range' | 'sink'> {
  readonly range: RangeRequest;
  /** A file, or a folder that is there; `-` is standard output. */
  readonly out: string;
  /** Replaces a file that is there. */
  readonly overwrite?: boolean;
  /** What standard output is. */
  readonly output: Writable;
}

export interface FetchedRange extends GetResult {
  readonly range: ByteRange;
  readonly path: string;
}

/**
 * Fetches some bytes of the object that `word` names, by name or id. A file is written whole or not at all, and anew each time: of a part nothing
 * says whether it is what lies there. RANGE_BEYOND_END; RANGE_OF_FOLDER; the errors of `getObject` and of the file.
 */
export const fetchRange = async (
  renter: Pick<Renter, 'object' | 'objects' | 'get'>,
  word: string,
  { range: request, out, overwrite = false, output, ...terms }: FetchRangeOptions,
): Promise<FetchedRange> => {
  const { objects, isFolder } = await chooseObjects(renter, [word]);
  const [object] = objects;
  if (isFolder) throw new HoldfastError('RANGE_OF_FOLDER', { name: word });
  if (object === undefined) throw new HoldfastError('OBJECT_MISSING', { name: word });
  if (object.state !== 'stored') throw new HoldfastError('OBJECT_NOT_STORED', { name: object.name });
  const range = rangeOf(request, object);
  const path = out === STANDARD ? STANDARD : await pathOfOne(object, out);
  const sink = out === STANDARD ? createStreamSink(output, terms.signal) : await createFileSink(path, { overwrite });
  const result = await renter.get({ ...terms, object: object.id, range, sink });
  return { ...result, range, path };
};
