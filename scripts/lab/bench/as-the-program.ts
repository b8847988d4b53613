/** Loaded first by processes of a bench that measure what `holdfast` does: it sets its memory up in the same way. */
import { keepYoungGenerationSmall } from '../../../node/app/small-young-generation.js';

keepYoungGenerationSmall();
