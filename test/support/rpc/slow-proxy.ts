import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy on 127.0.0.1 that passes everything on, until it is told to pass on 1 KiB a second. */
export interface SlowProxy {
  readonly port: number;
  /** From now on: 1 KiB a second, in the direction named, of all connections together. */
  slowDown(direction: 'to target' | 'from target'): void;
  /** Resolves when `bytes` more have passed slowly. */
  passedSlowly(bytes: number): Promise<void>;
  stop(): Promise<void>;
}

const PORTION_BYTES = 1_024;

export const createSlowProxy = async (targetPort: number): Promise<SlowProxy> => {
  const flows: { readonly direction: 'to target' | 'from target'; readonly from: Socket; readonly to: Socket }[] = [];
  const sockets = new Set<Socket>();
  const timers: NodeJS.Timeout[] = [];
  let passed = 0;
  let onPassed = (): void => undefined;
  const server = createServer((near) => {
    const far = createConnection({ port: targetPort, host: '127.0.0.1' });
    flows.push({ direction: 'to target', from: near, to: far }, { direction: 'from target', from: far, to: near });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    slowDown(direction) {
      const slowed = flows.filter((flow) => flow.direction === direction);
      for (const { from, to } of slowed) {
        from.unpipe(to);
        from.pause();
      }
      const passOn = (): void => {
        for (const { from, to } of slowed) {
          const portion = (from.read(PORTION_BYTES) ?? from.read()) as Buffer | null;
          if (!portion) continue;
          to.write(portion);
          passed += portion.length;
          onPassed();
          return;
        }
      };
      timers.push(setInterval(passOn, 1_000));
    },
    passedSlowly(bytes) {
      const goal = passed + bytes;
      return new Promise((resolve) => {
        onPassed = () => {
          if (passed >= goal) resolve();
        };
      });
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
