/** Made by `scripts/public-names.py`: of each module that may be imported, the functions, classes and constants to use. */
import { words } from "../../Words.js"

export const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  __future__: `
    absolute_import all_feature_names annotations barry_as_FLUFL division generator_stop generators nested_scopes
    print_function unicode_literals with_statement
  `,
  abc: `
    ABC ABCMeta abstractmethod abstractproperty abstractstaticmethod
  `,
  array: `
    ArrayType array typecodes
  `,
  bisect: `
    bisect bisect_left bisect_right insort insort_left insort_right
  `,
  calendar: `
    Calendar FRIDAY HTMLCalendar IllegalMonthError IllegalWeekdayError LocaleHTMLCalendar LocaleTextCalendar MONDAY
    SATURDAY SUNDAY THURSDAY TUESDAY TextCalendar WEDNESDAY calendar day_abbr day_name firstweekday isleap leapdays
    month month_abbr month_name monthcalendar monthrange prcal prmonth setfirstweekday timegm weekday weekheader
  `,
  cmath: `
    acos acosh asin asinh atan atanh cos cosh e exp inf infj isclose isfinite isinf isnan log log10 nan nanj phase
    pi polar rect sin sinh sqrt tan tanh tau
  `,
  collections: `
    ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque namedtuple
  `,
  "collections.abc": `
    AsyncGenerator AsyncIterable AsyncIterator Awaitable ByteString Callable Collection Container Coroutine
    Generator Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping MutableSequence
    MutableSet Reversible Sequence Set Sized ValuesView
  `,
  contextlib: `
    AbstractAsyncContextManager AbstractContextManager AsyncExitStack ContextDecorator ExitStack aclosing
    asynccontextmanager closing contextmanager nullcontext suppress
  `,
  copy: `
    Error copy deepcopy replace
  `,
  dataclasses: `
    FrozenInstanceError InitVar KW_ONLY MISSING asdict astuple dataclass field is_dataclass replace
  `,
  datetime: `
    MAXYEAR MINYEAR UTC date datetime time timedelta timezone tzinfo
  `,
  decimal: `
    BasicContext Clamped Context ConversionSyntax Decimal DecimalException DecimalTuple DefaultContext
    DivisionByZero DivisionImpossible DivisionUndefined ExtendedContext FloatOperation HAVE_CONTEXTVAR HAVE_THREADS
    Inexact InvalidContext InvalidOperation MAX_EMAX MAX_PREC MIN_EMIN MIN_ETINY Overflow ROUND_05UP ROUND_CEILING
    ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP Rounded Subnormal Underflow
    getcontext localcontext setcontext
  `,
  enum: `
    CONFORM CONTINUOUS EJECT Enum EnumCheck Flag FlagBoundary IntEnum IntFlag KEEP NAMED_FLAGS ReprEnum STRICT
    StrEnum UNIQUE auto member nonmember property unique
  `,
  fractions: `
    Fraction
  `,
  functools: `
    cache cached_property cmp_to_key lru_cache partial partialmethod reduce total_ordering wraps
  `,
  hashlib: `
    algorithms_available algorithms_guaranteed blake2b blake2s md5 new pbkdf2_hmac sha1 sha224 sha256 sha384
    sha3_224 sha3_256 sha3_384 sha3_512 sha512 shake_128 shake_256
  `,
  heapq: `
    heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest
  `,
  itertools: `
    accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile filterfalse
    groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest
  `,
  json: `
    JSONDecodeError JSONDecoder JSONEncoder dumps loads
  `,
  "json.decoder": `
    JSONDecodeError JSONDecoder
  `,
  "json.encoder": `
    ESCAPE_DCT INFINITY JSONEncoder py_encode_basestring py_encode_basestring_ascii
  `,
  logging: `
    BASIC_FORMAT CRITICAL DEBUG ERROR FATAL INFO Logger
    NOTSET NullHandler WARN WARNING addLevelName basicConfig critical debug disable error exception fatal
    getLevelName getLevelNamesMapping getLogger info log root warn warning
  `,
  math: `
    acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2 expm1
    fabs factorial floor fma fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp lgamma
    log log10 log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt sumprod tan tanh tau
    trunc ulp
  `,
  numbers: `
    Complex Integral Number Rational Real
  `,
  operator: `
    abs add and_ call concat contains countOf delitem eq floordiv ge getitem gt iadd iand iconcat ifloordiv ilshift
    imatmul imod imul index indexOf inv invert ior ipow irshift is_ is_not isub itemgetter itruediv ixor le
    length_hint lshift lt matmul mod mul ne neg not_ or_ pos pow rshift setitem sub truediv truth xor
  `,
  random: `
    Random SystemRandom betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits
    getstate lognormvariate normalvariate paretovariate randbytes randint random randrange sample seed setstate
    shuffle triangular uniform vonmisesvariate weibullvariate
  `,
  re: `
    A ASCII DOTALL I IGNORECASE L LOCALE M MULTILINE Match NOFLAG Pattern PatternError RegexFlag S U UNICODE VERBOSE
    X compile error escape findall finditer fullmatch match purge search split sub subn template
  `,
  statistics: `
    NormalDist StatisticsError correlation covariance fmean geometric_mean harmonic_mean kde kde_random
    linear_regression mean median median_grouped median_high median_low mode multimode pstdev pvariance quantiles
    stdev variance
  `,
  string: `
    Template ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable punctuation
    whitespace
  `,
  sys: `
    argv byteorder exit float_info getsizeof maxsize platform stderr stdout version version_info
  `,
  time: `
    CLOCK_BOOTTIME CLOCK_MONOTONIC CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_REALTIME CLOCK_TAI
    CLOCK_THREAD_CPUTIME_ID altzone asctime clock_getres clock_gettime clock_gettime_ns ctime daylight
    get_clock_info gmtime localtime mktime monotonic monotonic_ns perf_counter perf_counter_ns process_time
    process_time_ns sleep strftime strptime struct_time thread_time thread_time_ns time time_ns timezone tzname
  `,
  typing: `
    AbstractSet Annotated Any AnyStr AsyncContextManager AsyncGenerator AsyncIterable AsyncIterator Awaitable
    ByteString Callable ChainMap ClassVar Collection Concatenate Container ContextManager Coroutine Counter
    DefaultDict Deque Dict Final FrozenSet Generator Generic Hashable ItemsView Iterable Iterator KeysView List
    Literal LiteralString Mapping MappingView Match MutableMapping MutableSequence MutableSet NamedTuple Never
    NewType NoDefault NoReturn NotRequired Optional OrderedDict ParamSpec ParamSpecArgs ParamSpecKwargs Pattern
    Protocol ReadOnly Required Reversible Self Sequence Set Sized SupportsAbs SupportsBytes SupportsComplex
    SupportsFloat SupportsIndex SupportsInt SupportsRound TYPE_CHECKING Text Tuple Type TypeAlias TypeAliasType
    TypeGuard TypeIs TypeVar TypeVarTuple TypedDict Union Unpack ValuesView assert_never assert_type cast
    dataclass_transform final is_protocol is_typeddict overload override reveal_type runtime_checkable
  `,
  warnings: `
    catch_warnings deprecated filterwarnings resetwarnings simplefilter warn
  `,
  numpy: `
    False_ Inf Infinity NINF NZERO NaN PINF PZERO ScalarType True_ abs absolute acos acosh add all allclose alltrue
    amax amin angle any append apply_along_axis apply_over_axes arange arccos arccosh arcsin arcsinh arctan arctan2
    arctanh argmax argmin argpartition argsort argwhere around array array2string array_equal array_equiv array_repr
    array_split array_str asanyarray asarray asarray_chkfinite ascontiguousarray asfarray asfortranarray asin asinh
    astype atan atan2 atanh atleast_1d atleast_2d atleast_3d average bartlett base_repr binary_repr
    bincount bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift
    bitwise_xor blackman block bool bool8 bool_ broadcast broadcast_arrays broadcast_shapes broadcast_to
    busday_count busday_offset busdaycalendar byte bytes_ c_ can_cast cbrt cdouble ceil character choose clip
    clongdouble column_stack common_type complex128 complex256 complex64 complex_ complexfloating compress concat
    concatenate conj conjugate convolve copy copysign copyto corrcoef correlate cos cosh count_nonzero cov cross
    csingle cumprod cumproduct cumsum cumulative_prod cumulative_sum datetime64 datetime_as_string datetime_data
    deg2rad degrees delete diag diag_indices diag_indices_from diagflat diagonal diff digitize divide divmod dot
    double dsplit dstack dtype e ediff1d einsum einsum_path empty empty_like equal errstate euler_gamma exp exp2
    expand_dims expm1 extract eye fabs fill_diagonal find_common_type finfo fix flatiter flatnonzero flexible flip
    fliplr flipud float128 float16 float32 float64 float_ float_power floating floor floor_divide fmax fmin fmod
    format_float_positional format_float_scientific frexp from_dlpack frombuffer fromfunction fromiter frompyfunc
    fromstring full full_like gcd generic geomspace get_printoptions getbufsize geterr geterrcall gradient greater
    greater_equal half hamming hanning heaviside histogram histogram2d histogram_bin_edges histogramdd hsplit hstack
    hypot i0 identity iinfo imag in1d index_exp indices inexact inf infty inner insert int0 int16 int32 int64 int8
    int_ intc integer interp intersect1d intp invert is_busday isclose iscomplex iscomplexobj isdtype isfinite
    isfortran isin isinf isnan isnat isneginf isposinf isreal isrealobj isscalar issubdtype iterable ix_ kaiser kron
    lcm ldexp left_shift less less_equal lexsort linspace little_endian log log10 log1p log2 logaddexp logaddexp2
    logical_and logical_not logical_or logical_xor logspace long longdouble longlong mask_indices matmul
    matrix_transpose matvec max maximum may_share_memory mean median meshgrid mgrid min min_scalar_type minimum
    mintypecode mod modf moveaxis msort multiply nan nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax
    nanmean nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar ndarray ndenumerate ndim ndindex
    nditer negative nested_iters newaxis nextafter nonzero not_equal number object_ ogrid ones ones_like outer
    packbits pad partition percentile permute_dims pi piecewise place poly poly1d polyadd polyder polydiv polyfit
    polyint polymul polysub polyval positive pow power printoptions prod product promote_types ptp put
    put_along_axis putmask quantile r_ rad2deg radians ravel ravel_multi_index real real_if_close reciprocal
    remainder repeat require reshape resize result_type right_shift rint roll rollaxis roots rot90 round round_
    row_stack s_ sctypeDict searchsorted select set_printoptions setdiff1d seterr seterrcall setxor1d shape
    shares_memory short sign signbit signedinteger sin sinc single sinh size sometrue sort sort_complex spacing
    split sqrt square squeeze stack std str_ string_ subtract sum swapaxes take take_along_axis tan tanh tensordot
    tile timedelta64 trace transpose trapezoid trapz tri tril tril_indices tril_indices_from trim_zeros triu
    triu_indices triu_indices_from true_divide trunc typecodes typename ubyte ufunc uint uint0 uint16 uint32 uint64
    uint8 uintc uintp ulong ulonglong unicode_ union1d unique unique_all unique_counts unique_inverse unique_values
    unpackbits unravel_index unsignedinteger unstack unwrap ushort vander var vdot vecdot vecmat vectorize void
    vsplit vstack where zeros zeros_like
  `,
  "numpy.fft": `
    fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2 rfftfreq
    rfftn
  `,
  "numpy.linalg": `
    LinAlgError cholesky cond cross det diagonal eig eigh eigvals eigvalsh inv lstsq matmul matrix_norm matrix_power
    matrix_rank matrix_transpose multi_dot norm outer pinv qr slogdet solve svd svdvals tensordot tensorinv
    tensorsolve trace vecdot vector_norm
  `,
  "numpy.polynomial": `
    Chebyshev Hermite HermiteE Laguerre Legendre Polynomial set_default_printstyle
  `,
  "numpy.random": `
    BitGenerator Generator PCG64 PCG64DXSM RandomState SFC64 SeedSequence beta binomial bytes
    chisquare choice default_rng dirichlet exponential f gamma geometric get_state gumbel hypergeometric laplace
    logistic lognormal logseries multinomial multivariate_normal negative_binomial noncentral_chisquare noncentral_f
    normal pareto permutation poisson power rand randint randn random random_integers random_sample ranf rayleigh
    sample seed shuffle standard_cauchy standard_exponential standard_gamma standard_normal standard_t
    triangular uniform vonmises wald weibull zipf
  `,
  "numpy.typing": `
    ArrayLike DTypeLike NBitBase NDArray
  `,
  "numpy.lib.stride_tricks": `
    sliding_window_view
  `
}

/** Those of which `from x import *` brings nothing else. */
export const STARRED = words(`
    __future__ array bisect calendar cmath collections collections.abc copy datetime decimal fractions heapq
    itertools json.decoder math numbers random re statistics numpy.fft numpy.linalg numpy.typing
`)
