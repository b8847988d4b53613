import type { Socket } from 'node:net';
import { LINE_CAP, LINE_MILLISECONDS } from './protocol.js';

/** The one line that the other side says, without its end; undefined if it says more, or nothing in time, or goes. Never rejects. */
export const readLine = (socket: Socket): Promise<string | undefined> =>
  new Promise((resolve) => {
    let said = Buffer.alloc(0);
    const end = (line: string | undefined): void => {
      clearTimeout(late);
      resolve(line);
    };
    // Whoever says a byte now and then has no more time for it.
    const late = setTimeout(end, LINE_MILLISECONDS, undefined);
    socket.on('data', (part: Buffer) => {
      said = Buffer.concat([said, part.subarray(0, LINE_CAP + 1)]);
      if (said.length > LINE_CAP) return end(undefined);
      const at = said.indexOf(0x0a);
      if (at >= 0) end(at === said.length - 1 ? said.toString('utf8', 0, at) : undefined);
    });
    socket.once('error', () => {
      end(undefined);
    });
    socket.once('close', () => {
      end(undefined);
    });
  });
