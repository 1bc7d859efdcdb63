#include "model/name_hints.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

namespace exahca::detail {
namespace {

constexpr Index most_looked_at = 20'000;

/// What the numbers have to say to what a name says.
enum class Evidence {
    none,   ///< the name will do
    whole,  ///< what looks like the scores of the other columns is one
    agrees, ///< they follow the others' mean, or the name says nothing else
};

struct Telling
{
    char const* meaning;
    std::vector<std::string> words;
    Evidence evidence = Evidence::none;
};

std::vector<Telling> const& telling_words()
{
    static std::vector<Telling> const words{
        {"a rank", {"rank", "ranking", "position"}},
        {"a number of votes", {"vote", "votes", "battles", "matches"}},
        {"a number of parameters", {"param", "params", "parameters"}},
        {"a size", {"size"}},
        {"an average of others", {"average", "avg", "mean", "overall", "total"}, Evidence::agrees},
        {"a price, a time or another cost", {"price", "cost", "latency", "throughput", "co2", "emissions"}},
        {"a date", {"date", "year", "month", "timestamp"}, Evidence::whole},
        {"a measure of popularity", {"likes", "downloads", "hub"}},
        {"a number that names the row", {"id", "idx"}},
        {"an uncertainty of another column", {"stderr", "std", "se", "ci", "variance"}},
        {"a length", {"context", "tokens"}, Evidence::whole},
        {"a name of groups",
         {"school", "classroom", "site", "hospital", "clinic", "country", "region", "cohort", "family"},
         Evidence::whole},
    };
    return words;
}

bool contains_any(std::set<std::string> const& words, std::vector<std::string> const& telling)
{
    return std::any_of(telling.begin(), telling.end(), [&](auto const& word) { return words.contains(word); });
}

double correlation_with_sum(Matrix const& scores, Index column, std::vector<Index> const& others)
{
    Vector sums = Vector::Zero(scores.rows());
    for (Index const j : others) sums += scores.col(j); // NaN where one is missing
    return correlation(scores.col(column), sums);
}

/// Whether a column's numbers lie within about the range of the others, and at least a tenth of them are decimals or
/// they go with the others' sum: a hundred questions make whole per cents.
bool are_like_scores(Matrix const& scores, Index column, std::vector<Index> const& others)
{
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (Index const j : others)
        for (double const score : scores.col(j)) { // comparisons with NaN are false
            if (score < least) least = score;
            if (score > most) most = score;
        }
    constexpr double beyond = 0.25; // other scores may reach a little further
    double const margin = beyond * (most - least);
    Index known = 0, decimals = 0;
    for (double const score : scores.col(column)) {
        if (std::isnan(score)) continue;
        if (least <= most && (score < least - margin || score > most + margin)) return false;
        ++known;
        decimals += score == std::floor(score) ? 0 : 1;
    }
    constexpr double goes_with = 0.7;
    return known > 0 && (10 * decimals >= known || correlation_with_sum(scores, column, others) >= goes_with);
}

/// "Average", "Total score", with signs such as arrows.
bool is_all_of_the_name(std::set<std::string> const& words, std::vector<std::string> const& telling)
{
    static std::set<std::string> const fillers{
        "score", "scores", "points", "acc", "accuracy", "result",   "results", "all", "grand", "global",
        "final", "macro",  "micro",  "of",  "weighted", "subjects", "overall", "the", "total", "tasks"};
    return std::all_of(words.begin(), words.end(), [&](std::string const& word) {
        // Signs and pictures lie between U+2000 and U+2FFF, or beyond U+F000.
        bool const is_sign = std::string_view("\xe2\xef\xf0").find(word.front()) != std::string_view::npos;
        return is_sign || fillers.contains(word) || std::find(telling.begin(), telling.end(), word) != telling.end();
    });
}

/// Columns other than this that no name tells to be something else than scores.
std::vector<Index> others_of(ScoreMatrix const& matrix, Index column)
{
    std::vector<Index> others;
    for (Index j = 0; j < matrix.scores.cols(); ++j) {
        auto const words = words_of(matrix.benchmarks[static_cast<std::size_t>(j)]);
        bool const is_told = std::any_of(telling_words().begin(), telling_words().end(),
                                         [&](auto const& one) { return contains_any(words, one.words); });
        if (j != column && !is_told) others.push_back(j);
    }
    return others;
}

bool is_borne_out(ScoreMatrix const& matrix, Index column, std::set<std::string> const& words, Telling const& telling)
{
    if (telling.evidence == Evidence::none) return true;
    auto const others = others_of(matrix, column);
    if (telling.evidence == Evidence::whole) return !are_like_scores(matrix.scores, column, others);
    constexpr std::size_t fewest = 2; // there is no average of one
    constexpr double same = 0.99;
    return others.size() >= fewest &&
           (is_all_of_the_name(words, telling.words) || correlation_with_sum(matrix.scores, column, others) >= same);
}

/// "Tokens/s", "tokens per second".
bool is_speed(std::set<std::string> const& words)
{
    return words.contains("tokens") && contains_any(words, {"s", "sec", "second"});
}

/// "size", "Model size (B)": no size of pictures.
bool is_model_size(std::set<std::string> const& words)
{
    static std::set<std::string> const known{"size", "model", "b", "m"};
    return words.contains("size") && std::includes(known.begin(), known.end(), words.begin(), words.end());
}

} // namespace

std::set<std::string> words_of(std::string const& name)
{
    std::set<std::string> words;
    std::string word;
    auto const flush = [&] {
        if (!word.empty()) words.insert(word);
        word.clear();
    };
    for (char const c : name)
        if (c >= 'A' && c <= 'Z')
            word += static_cast<char>(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80U) != 0)
            word += c;
        else
            flush();
    flush();
    return words;
}

double correlation(Eigen::Ref<Vector const> const& a, Eigen::Ref<Vector const> const& b)
{
    Index const step = std::max<Index>(1, a.size() / most_looked_at);
    double n = 0, mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
    for (Index i = 0; i < a.size(); i += step) {
        double const x = a[i], y = b[i];
        if (std::isnan(x) || std::isnan(y)) continue;
        // Updates of the moments about the means: no cancellation for scores far from 0.
        n += 1;
        double const dx = x - mean_a, dy = y - mean_b;
        mean_a += dx / n;
        mean_b += dy / n;
        aa += dx * (x - mean_a);
        bb += dy * (y - mean_b);
        ab += dx * (y - mean_b);
    }
    constexpr double fewest = 10;
    return n < fewest || aa <= 0 || bb <= 0 ? 0 : ab / std::sqrt(aa * bb);
}

bool find_in_name(ScoreMatrix const& matrix, Index column, NoBenchmarkHint& hint)
{
    auto const words = words_of(matrix.benchmarks[static_cast<std::size_t>(column)]);
    auto const tell = [&](char const* meaning) {
        hint = {NoBenchmarkKind::name, column, -1, meaning};
        return true;
    };
    // Beside other words it may be a measure: "Quality Index".
    if (words == std::set<std::string>{"index"}) return tell("a number that names the row");
    if (is_speed(words)) return tell("a speed");
    if (is_model_size(words)) return tell("a number of parameters");
    for (auto const& telling : telling_words())
        if (contains_any(words, telling.words) && is_borne_out(matrix, column, words, telling))
            return tell(telling.meaning);
    return false;
}

} // namespace exahca::detail
