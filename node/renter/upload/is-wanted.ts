import type { SectorRef } from '../../core/data/data-set.js';
import type { Authorization, ProviderLink } from '../../ports/link.js';

/** Whether the provider would take the sector now, by offering it and sending none of its bytes; false if it has it. Rejects as `writeSector`. */
export const isWanted = async (
  link: Pick<ProviderLink, 'writeSector'>,
  authorization: Authorization,
  sector: SectorRef,
  signal: AbortSignal,
): Promise<boolean> => {
  const asked = new Error('the sector is wanted');
  try {
    await link.writeSector(authorization, { sector, read: () => Promise.reject(asked) }, signal);
    return false;
  } catch (error) {
    if (error === asked) return true;
    throw error;
  }
};
