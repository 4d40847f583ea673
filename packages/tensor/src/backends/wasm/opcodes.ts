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
export const UPDATE = 21
export const SCAN = 22
export const AFFINE_SCAN = 23
export const SORT = 24
export const GATHER_ALONG = 25
export const SCATTER_ALONG = 26
export const ACTIVATION = 27
export const ACTIVATION_GRAD = 28
export const ROW_NORM = 29
export const ROW_NORM_GRAD = 30
export const CHANNEL_NORM = 31
export const CHANNEL_NORM_GRAD = 32
export const CTC = 33
export const CTC_GRAD = 34
export const CONV = 35
export const CONV_INPUT_GRAD = 36
export const CONV_WEIGHT_GRAD = 37
export const MAX_POOL = 38
export const AVG_POOL = 39
export const AVG_POOL_GRAD = 40
export const RESAMPLE = 41
export const RESAMPLE_GRAD = 42
export const RECURRENT_WEIGHTS = 43

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
export const NEG_INT = 14
export const ABS_INT = 15
export const SIGN_INT = 16
export const SQUARE_INT = 17
export const RSQRT = 18
export const EXPM1 = 19
export const LOG1P = 20
export const LOG2 = 21
export const ERF = 22
export const SINH = 23
export const COSH = 24
export const TAN = 25
export const ASIN = 26
export const ACOS = 27
export const ATAN = 28
export const CEIL = 29
export const FLOOR = 30
export const ROUND = 31
export const TRUNC = 32
export const LOGICAL_NOT = 33

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
export const ATAN2 = 16
export const FMOD = 17
export const REMAINDER = 18
export const FLOOR_DIV = 19
export const TRUNC_DIV = 20
export const PRELU = 21
export const FMOD_INT = 22
export const REMAINDER_INT = 23
export const FLOOR_DIV_INT = 24
export const TRUNC_DIV_INT = 25

// Activation functions with constants (assembly/activation.ts, assembly/activationGrad.ts)
export const LEAKY_RELU = 0
export const ELU = 1
export const SILU = 2
export const MISH = 3
export const GELU_TANH = 4
export const SOFTPLUS = 5
export const LOG_SIGMOID = 6
export const HARDTANH = 7
export const CLAMP = 8
export const HARDSIGMOID = 9
export const HARDSWISH = 10
export const HARDSHRINK = 11
export const SOFTSHRINK = 12
export const THRESHOLD = 13
export const SOFTSIGN = 14
export const TANHSHRINK = 15

// Comparisons (assembly/compare.ts); those of integers follow those of floats
export const EQ = 0
export const NE = 1
export const LT = 2
export const LE = 3
export const GT = 4
export const GE = 5
export const COMPARE_INT = 6

// Reductions (assembly/reduce.ts); those of integers follow those of floats, then those of masks
export const SUM = 0
export const PROD = 1
export const MAX = 2
export const MIN = 3
export const SUM_SQUARES = 4
export const REDUCE_INT = 5
export const ANY = 9
export const ALL = 10

// dtypes
export const FLOAT32 = 0
export const INT32 = 1
export const BOOL = 2

// Distributions (assembly/random.ts)
export const UNIFORM = 0
export const NORMAL = 1
export const BERNOULLI = 2

// Updates of parameters (assembly/optim.ts)
export const SGD = 0
export const ADAM = 1
export const RMSPROP = 2
export const ADADELTA = 3
export const LION = 4

// Recurrent cells (assembly/recurrent.ts)
export const RNN_TANH = 0
export const RNN_RELU = 1
export const GRU = 2
export const LSTM = 3
export const GRU_RESET_BEFORE = 4
