// Numbers of the commands and their variants, in plain constants because the kernels (AssemblyScript) import this
// file too. The order is that of the tables in `assembly/`.

// Commands (assembly/run.ts)
export const UNARY = 0
export const BINARY = 1
export const BINARY_WALK = 2
export const COMPARE = 3
export const WHERE = 4
export const REDUCE = 5
export const ARG_REDUCE = 6
export const MATMUL = 7
export const GATHER_STRIDED = 8
export const SCATTER_STRIDED = 9
export const FILL = 10
export const CAST = 11
export const RANDOM = 12
export const SOFTMAX = 13
export const SOFTMAX_GRAD = 14
export const CROSS_ENTROPY = 15
export const CROSS_ENTROPY_GRAD = 16
export const GATHER_ROWS = 17
export const SCATTER_ADD_ROWS = 18
export const RECURRENT = 19
export const RECURRENT_GRAD = 20
export const SGD = 21

// Functions of one number (assembly/unary.ts)
export const NEG = 0
export const ABS = 1
export const SIGN = 2
export const SQUARE = 3
export const SQRT = 4
export const RECIPROCAL = 5
export const EXP = 6
export const LOG = 7
export const SIN = 8
export const COS = 9
export const RELU = 10
export const SIGMOID = 11
export const TANH = 12
export const GELU = 13
export const SOFTPLUS = 14
export const NEG_INT = 15
export const ABS_INT = 16
export const SIGN_INT = 17
export const SQUARE_INT = 18
export const LOGICAL_NOT = 19

// Functions of two numbers (assembly/binary.ts)
export const ADD = 0
export const SUB = 1
export const MUL = 2
export const DIV = 3
export const POW = 4
export const MAXIMUM = 5
export const MINIMUM = 6
export const RELU_GRAD = 7
export const SIGMOID_GRAD = 8
export const TANH_GRAD = 9
export const GELU_GRAD = 10
export const ADD_INT = 11
export const SUB_INT = 12
export const MUL_INT = 13
export const MAXIMUM_INT = 14
export const MINIMUM_INT = 15

// Comparisons (assembly/compare.ts); those of integers follow those of floats
export const EQ = 0
export const NE = 1
export const LT = 2
export const LE = 3
export const GT = 4
export const GE = 5
export const COMPARE_INT = 6

// Reductions (assembly/reduce.ts); those of integers follow those of floats
export const SUM = 0
export const PROD = 1
export const MAX = 2
export const MIN = 3
export const SUM_SQUARES = 4
export const REDUCE_INT = 5

// dtypes
export const FLOAT32 = 0
export const INT32 = 1
export const BOOL = 2

// Distributions (assembly/random.ts)
export const UNIFORM = 0
export const NORMAL = 1
export const BERNOULLI = 2

// Recurrent cells (assembly/recurrent.ts)
export const RNN_TANH = 0
export const RNN_RELU = 1
export const GRU = 2
export const LSTM = 3
