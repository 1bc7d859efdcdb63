// Four doubles at a time, with the elementary functions that the density kernels need.
//
// Included by translation units that are compiled for different processors, inside a namespace of their own each.
// Nothing here may call a function that is not inlined, and no inline function of the standard library: the linker
// keeps one copy of those, and it could be the one that older processors cannot run. Every operation is one of IEEE 754
// (no fused multiply-add), so all translation units give the same bits.

using Lanes [[gnu::vector_size(32)]] = double;
using LaneBits [[gnu::vector_size(32)]] = std::int64_t;
using UnsignedBits [[gnu::vector_size(32)]] = std::uint64_t;
#define EXAHCA_LANE_INLINE [[gnu::always_inline]] static inline

constexpr std::size_t lane_count = 4;

EXAHCA_LANE_INLINE Lanes broadcast(double x) { return Lanes{x, x, x, x}; }

EXAHCA_LANE_INLINE Lanes load(double const* from)
{
    Lanes x;
    __builtin_memcpy(&x, from, sizeof x);
    return x;
}

EXAHCA_LANE_INLINE void store(double* to, Lanes x) { __builtin_memcpy(to, &x, sizeof x); }

// In this order on every processor.
EXAHCA_LANE_INLINE double lane_sum(Lanes x) { return (x[0] + x[2]) + (x[1] + x[3]); }

EXAHCA_LANE_INLINE Lanes absolute(Lanes x)
{
    LaneBits const sign = LaneBits{} + (std::int64_t{1} << 63);
    return Lanes(LaneBits(x) & ~sign);
}

EXAHCA_LANE_INLINE Lanes with_sign_of(Lanes magnitude, Lanes sign_source)
{
    LaneBits const sign = LaneBits{} + (std::int64_t{1} << 63);
    return Lanes((LaneBits(magnitude) & ~sign) | (LaneBits(sign_source) & sign));
}

EXAHCA_LANE_INLINE Lanes select(LaneBits mask, Lanes if_set, Lanes if_clear)
{
    return Lanes((mask & LaneBits(if_set)) | (~mask & LaneBits(if_clear)));
}

// b where they are equal or not comparable, as the processor's own instructions have it.
EXAHCA_LANE_INLINE Lanes larger(Lanes a, Lanes b)
{
#if defined(__AVX__)
    return Lanes(_mm256_max_pd(__m256d(a), __m256d(b)));
#else
    return select(a > b, a, b);
#endif
}

EXAHCA_LANE_INLINE Lanes smaller(Lanes a, Lanes b)
{
#if defined(__AVX__)
    return Lanes(_mm256_min_pd(__m256d(a), __m256d(b)));
#else
    return select(a < b, a, b);
#endif
}

// Square roots are rounded correctly by IEEE 754, so both ways give the same bits.
EXAHCA_LANE_INLINE Lanes square_root(Lanes x)
{
#if defined(__AVX__)
    return Lanes(_mm256_sqrt_pd(__m256d(x)));
#else
    return Lanes{__builtin_sqrt(x[0]), __builtin_sqrt(x[1]), __builtin_sqrt(x[2]), __builtin_sqrt(x[3])};
#endif
}

// exp(x) = 2^k exp(r), |r| <= log(2)/2, with the Taylor polynomial of degree 13 (truncation below 5e-18), for x between
// -708 and 708, where the result is a normal number. Relative error below 4e-16.
EXAHCA_LANE_INLINE Lanes exponential_of_clipped(Lanes x)
{
    Lanes const shifter = broadcast(0x1.8p52); // adding it leaves the nearest integer in the low bits
    Lanes const shifted = x * 1.4426950408889634074 + shifter;
    Lanes const k = shifted - shifter;
    // log(2) in two parts; the first has 33 bits, so its product with k is exact.
    Lanes const r = (x - k * 0x1.62e42fefp-1) - k * 0x1.473de6af278edp-34;
    Lanes const r2 = r * r;
    Lanes const r4 = r2 * r2;
    Lanes const p0 = (1.0 + r) + r2 * (1.0 / 2 + r * (1.0 / 6));
    Lanes const p4 = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
    Lanes const p8 = (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800));
    Lanes const p12 = 1.0 / 479001600 + r * (1.0 / 6227020800.0);
    Lanes const mantissa = p0 + r4 * (p4 + r4 * (p8 + r4 * p12));
    LaneBits const scale = (LaneBits(shifted) + 1023) << 52;
    return mantissa * Lanes(scale);
}

// The same for all x, clipped to +-708.
EXAHCA_LANE_INLINE Lanes exponential(Lanes x)
{
    return exponential_of_clipped(larger(smaller(x, broadcast(708.0)), broadcast(-708.0)));
}

// log(x) for positive normal x: x = 2^e m, m in [0.7, 1.42); log m = 2 atanh((m-1)/(m+1)), eleven terms of the series
// (truncation below 3e-17).
EXAHCA_LANE_INLINE Lanes logarithm(Lanes x)
{
    // Shifted so that the step between two exponents lies at sqrt(1/2) times a power of two; kept positive because
    // processors before AVX-512 cannot shift signed 64-bit lanes.
    UnsignedBits const one = UnsignedBits{} + 0x3ff0000000000000u;
    UnsignedBits const half_root = UnsignedBits{} + 0x3fe6a09e667f3bcdu;
    UnsignedBits const biased = (UnsignedBits(x) + (one - half_root)) >> 52; // e + 1023
    Lanes const m = Lanes(UnsignedBits(x) - (biased << 52) + one);
    UnsignedBits const two_52 = UnsignedBits{} + 0x4330000000000000u;
    Lanes const e = Lanes(biased | two_52) - (0x1p52 + 1023.0);
    Lanes const t = (m - 1.0) / (m + 1.0);
    Lanes const q = t * t;
    Lanes const q2 = q * q;
    Lanes const q4 = q2 * q2;
    Lanes const low = (1.0 / 3 + q * (1.0 / 5)) + q2 * (1.0 / 7 + q * (1.0 / 9));
    Lanes const middle = (1.0 / 11 + q * (1.0 / 13)) + q2 * (1.0 / 15 + q * (1.0 / 17));
    Lanes const high = 1.0 / 19 + q * (1.0 / 21);
    Lanes const series = low + q4 * (middle + q4 * high);
    Lanes const twice = t + t;
    return e * 0x1.62e42fefp-1 + (twice + (twice * q * series + e * 0x1.473de6af278edp-34));
}
