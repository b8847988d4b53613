import type { Rpc } from './rpc.js';

/** The same endpoint, where nothing is waited for any more once `signal` aborts. */
export const underSignal = (rpc: Rpc, signal: AbortSignal): Rpc => {
  const bound: Rpc = {
    ...rpc,
    ...(rpc.each && { each: rpc.each.map((one) => underSignal(one, signal)) }),
    read: async (call) => rpc.read(call, signal),
    once: async (call) => rpc.once(call, signal),
    get agreed() {
      return agreed;
    },
  };
  const agreed = rpc.agreed === rpc ? bound : underSignal(rpc.agreed, signal);
  return bound;
};
