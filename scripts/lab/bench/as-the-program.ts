/** Loaded first by the benches, and by those of their processes that measure what `holdfast` does: it sets its memory up in the same way. */
import { keepYoungGenerationSmall } from '../../../node/app/small-young-generation.js';

keepYoungGenerationSmall();
