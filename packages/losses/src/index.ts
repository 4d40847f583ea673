/**
 * Losses, as functions of a model's output and what it should have been.
 *
 * @packageDocumentation
 */
export { type BceOptions, bce } from './bce.js'
export { type BceWithLogitsOptions, bceWithLogits } from './bceWithLogits.js'
export type { ClassOptions } from './classes.js'
export { cosineEmbedding } from './cosineEmbedding.js'
export { type CrossEntropyOptions, crossEntropy } from './crossEntropy.js'
export { type CtcOptions, ctc, type Lengths } from './ctc.js'
export { type GaussianNllOptions, gaussianNll } from './gaussianNll.js'
export { hingeEmbedding, type MarginOptions } from './hingeEmbedding.js'
export { type HuberOptions, huber, type SmoothL1Options, smoothL1 } from './huber.js'
export { type KlDivOptions, klDiv } from './klDiv.js'
export { l1 } from './l1.js'
export { marginRanking } from './marginRanking.js'
export { mse } from './mse.js'
export { multiLabelMargin } from './multiLabelMargin.js'
export { type MultiMarginOptions, multiMargin } from './multiMargin.js'
export { nll } from './nll.js'
export { type PoissonNllOptions, poissonNll } from './poissonNll.js'
export type { LossOptions, Reduction } from './reduction.js'
export { softMargin } from './softMargin.js'
export { type TripletMarginOptions, tripletMargin } from './tripletMargin.js'
