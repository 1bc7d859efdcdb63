#include "model/name_hints.hpp"

#include "exahca/model/column_range.hpp"
#include "model/name_words.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace exahca::detail {
namespace {

constexpr Index most_looked_at = 20'000;

/// What the numbers have to say to what a name says.
enum class Evidence {
    none,   ///< the name will do
    names,  ///< likewise; where few are each there many times, they name groups
    count,  ///< where the name says nothing else, what does not follow the others closely within their range is one;
            ///< else what looks like their scores is none: "Multi Turn Miss Param"
    whole,  ///< what looks like the scores of the other columns is one
    rank,   ///< likewise, and what has decimals, where the name says of what rank an accuracy is: "Rank-1 accuracy"
    apart,  ///< what goes with the other columns, or ranges like one of them, is a score
    steps,  ///< they are all whole numbers from 0 or 1 on, few and none left out, and do not go with the other columns
    unique, ///< they are whole numbers, none twice, and do not go with the other columns
    agrees, ///< they follow the others' mean, or the name says nothing else
};

// Words of a column's name, any of which says that it is no benchmark; what it is then, for the hint; and what its
// numbers have to say to that.
struct Telling
{
    char const* meaning;
    std::vector<std::string> words;
    Evidence evidence = Evidence::none;
};

std::vector<Telling> const& telling_words()
{
    static std::vector<Telling> const words{
        {"a rank", {"rank", "ranking", "position"}, Evidence::rank},
        {"a number of votes", {"vote", "votes", "battles", "matches"}},
        {"a number of parameters", {"param", "params", "parameters"}, Evidence::count},
        {"a size", {"size"}},
        {"an average of others", {"average", "avg", "mean", "overall", "total"}, Evidence::agrees},
        {"a price, a time or another cost",
         {"price", "cost", "latency", "throughput", "co2", "emissions", "runtime", "flops", "gflops", "vram"}},
        {"a time or another cost", {"duration"}, Evidence::apart},
        {"a date",
         {"date", "year", "month", "timestamp", "vintage", "created", "datum", "jahr", "jahrgang", "fecha"},
         Evidence::whole},
        {"a measure of popularity", {"likes", "downloads", "hub"}},
        {"a measure of popularity", {"reviews", "followers"}, Evidence::apart},
        {"a number that names the row", {"id", "idx", "uid"}, Evidence::names},
        {"a number that names the row", {"no", "nr", "number", "code", "zip", "phone"}, Evidence::unique},
        {"a number that names the row or its group",
         {"idno", "classid", "schoolid", "studentid", "pupilid", "personid", "subjectid", "siteid", "patientid",
          "userid", "caseid", "respid", "hhid", "plz", "postleitzahl", "zipcode", "postcode"},
         Evidence::whole},
        {"a weight", {"weight", "weights", "wt", "wgt", "gewicht", "gewichtung"}, Evidence::apart},
        {"a place", {"lat", "latitude", "lon", "lng", "longitude", "easting", "northing"}, Evidence::apart},
        {"an age", {"age", "alter", "edad"}, Evidence::apart},
        {"a seed of random numbers", {"seed"}, Evidence::apart},
        {"a setting of training or testing", {"epochs", "lr", "step", "steps", "shots"}, Evidence::apart},
        {"an uncertainty of another column", {"stderr", "std", "variance"}},
        {"an uncertainty of another column", {"se", "ci"}, Evidence::apart}, // codes of tables have such letters, too
        {"a length", {"context", "tokens"}, Evidence::whole},
        {"a length", {"length"}, Evidence::apart},
        {"a number of cases", {"draws", "wins", "losses"}, Evidence::whole},
        {"a number of a note", {"footnote", "footnotes"}},
        {"a size", {"dimensions", "dims"}, Evidence::whole},
        {"a size",
         {"bytes", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "megabytes", "gigabytes"},
         Evidence::apart},
        {"a name of groups",
         {"school", "classroom", "site", "hospital", "clinic", "country", "region", "cohort", "family"},
         Evidence::whole},
        {"a name of groups",
         {"sex", "gender", "race", "ethnicity", "religion", "nationality", "language", "grade", "class", "arm",
          "treatment", "stratum", "sector", "district", "province", "wave", "visit"},
         Evidence::steps},
        {"a part of an experiment's design",
         {"rep", "reps", "replicate", "replication", "block", "plot", "batch", "fold", "session", "trial"},
         Evidence::steps},
    };
    return words;
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
    // Out of the others' range, it is no score of theirs; within, decimals or agreement have to speak for it.
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

/// Whether a column goes with the sum of the others, or closely with one of them.
bool goes_with(Matrix const& scores, Index column, std::vector<Index> const& others)
{
    constexpr double with_sum = 0.5, with_one = 0.7;
    if (others.empty()) return false;
    if (correlation_with_sum(scores, column, others) >= with_sum) return true;
    return std::any_of(others.begin(), others.end(), [&](Index other) {
        return std::abs(correlation(scores.col(column), scores.col(other))) >= with_one;
    });
}

/// Whether at least a tenth of a column's scores are no whole numbers.
bool has_decimals(Matrix const& scores, Index column)
{
    Index known = 0, decimals = 0;
    for (double const score : scores.col(column)) {
        known += std::isnan(score) ? 0 : 1;
        decimals += std::isnan(score) || score == std::floor(score) ? 0 : 1;
    }
    return known > 0 && 10 * decimals >= known;
}

/// Whether a column has decimals, and its range is that of another one: of what the two cover, they share half or more.
bool ranges_like_another(Matrix const& scores, Index column, std::vector<Index> const& others)
{
    constexpr double most_of_it = 0.5;
    if (!has_decimals(scores, column)) return false;
    auto const own = range_of(scores, column);
    return std::any_of(others.begin(), others.end(), [&](Index j) {
        auto const other = range_of(scores, j);
        return std::min(own.most, other.most) - std::max(own.least, other.least) >=
               most_of_it * (std::max(own.most, other.most) - std::min(own.least, other.least));
    });
}

/// Whether all known scores are whole numbers, and none is there twice.
bool are_unique(Matrix const& scores, Index column)
{
    constexpr std::size_t fewest = 10;
    std::vector<double> values;
    for (double const score : scores.col(column)) {
        if (std::isnan(score)) continue;
        if (score != std::floor(score)) return false;
        values.push_back(score);
    }
    std::sort(values.begin(), values.end());
    return values.size() >= fewest && std::adjacent_find(values.begin(), values.end()) == values.end();
}

/// Whether all known scores are whole numbers from 0 or 1 on without a gap, each twice on average or more often.
bool are_steps(Matrix const& scores, Index column)
{
    constexpr std::size_t most_steps = 50;
    std::set<double> values;
    Index known = 0;
    for (double const score : scores.col(column)) {
        if (std::isnan(score)) continue;
        if (score != std::floor(score) || score < 0) return false;
        ++known;
        values.insert(score);
        if (values.size() > most_steps) return false;
    }
    if (values.size() < 2 || 2 * std::ssize(values) > known || *values.begin() > 1) return false;
    return *values.rbegin() - *values.begin() + 1 == static_cast<double>(values.size());
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

/// Columns other than this that no name tells to be something else than scores. Words that hold of steps alone are
/// names of benchmarks, too.
std::vector<Index> others_of(ScoreMatrix const& matrix, Index column)
{
    std::vector<Index> others;
    for (Index j = 0; j < matrix.scores.cols(); ++j) {
        auto const words = words_of(matrix.benchmarks[static_cast<std::size_t>(j)]);
        bool const is_told = std::any_of(telling_words().begin(), telling_words().end(), [&](auto const& one) {
            return one.evidence != Evidence::steps && contains_any(words, one.words);
        });
        if (j != column && !is_told) others.push_back(j);
    }
    return others;
}

/// Whether a column neither goes with the other ones nor ranges like one of them.
bool stands_apart(Matrix const& scores, Index column, std::vector<Index> const& others)
{
    return !goes_with(scores, column, others) && !ranges_like_another(scores, column, others);
}

bool is_borne_out(ScoreMatrix const& matrix, Index column, std::set<std::string> const& words, Telling const& telling)
{
    // Cheap evidence first; then what needs a look at the other columns.
    if (telling.evidence == Evidence::none || telling.evidence == Evidence::names) return true;
    if (telling.evidence == Evidence::unique && !are_unique(matrix.scores, column)) return false;
    if (telling.evidence == Evidence::rank) {
        if (!is_of_some_rank(words)) return true;
        if (has_decimals(matrix.scores, column)) return false;
    }
    if (telling.evidence == Evidence::steps && !are_steps(matrix.scores, column)) return false;
    auto const others = others_of(matrix, column);
    if (telling.evidence == Evidence::count && is_name_of_count(words)) {
        constexpr double follows = 0.9;
        return correlation_with_sum(matrix.scores, column, others) < follows ||
               !are_like_scores(matrix.scores, column, others);
    }
    if (telling.evidence == Evidence::steps) return !goes_with(matrix.scores, column, others);
    if (telling.evidence == Evidence::unique) return !goes_with(matrix.scores, column, others);
    if (telling.evidence == Evidence::apart) return stands_apart(matrix.scores, column, others);
    if (telling.evidence != Evidence::agrees) return !are_like_scores(matrix.scores, column, others);
    constexpr std::size_t fewest = 2; // there is no average of one
    constexpr double same = 0.99;
    return others.size() >= fewest &&
           (is_all_of_the_name(words, telling.words) || correlation_with_sum(matrix.scores, column, others) >= same ||
            is_called_average(matrix, column, others));
}

/// Whether there are few different ones of many scores: numbers of groups of rows.
bool are_few(Matrix const& scores, Index column)
{
    constexpr std::ptrdiff_t times = 5;
    std::set<double> values;
    std::ptrdiff_t known = 0;
    for (double const score : scores.col(column)) {
        if (std::isnan(score)) continue;
        ++known;
        values.insert(score);
        if (times * std::ssize(values) > std::ssize(scores.col(column))) return false;
    }
    return values.size() >= 2 && times * std::ssize(values) <= known;
}

/// What a name means that says nothing of the kind beside other words, "Staff friendliness" or "Text generation"; or
/// null.
char const* meaning_alone(std::set<std::string> const& words)
{
    using Words = std::set<std::string>;
    static std::vector<std::pair<Words, char const*>> const names{
        {{"staff"}, "a number of people"},
        {{"employees"}, "a number of people"},
        {{"headcount"}, "a number of people"},
        {{"generation"}, "a name of groups"},
        {{"crop", "pct"}, "a setting of training or testing"}};
    auto const found = std::find_if(names.begin(), names.end(), [&](auto const& one) { return one.first == words; });
    return found == names.end() ? nullptr : found->second;
}

/// Latitude and longitude: a table that has both means places.
bool is_half_of_place(ScoreMatrix const& matrix, std::set<std::string> const& words)
{
    std::vector<std::string> const north{"lat", "latitude", "northing"}, east{"lon", "lng", "longitude", "easting"};
    bool const is_north = contains_any(words, north);
    if (!is_north && !contains_any(words, east)) return false;
    return std::any_of(matrix.benchmarks.begin(), matrix.benchmarks.end(),
                       [&](std::string const& name) { return contains_any(words_of(name), is_north ? east : north); });
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

double correlation_with_sum(Matrix const& scores, Index column, std::vector<Index> const& others)
{
    // Raw scores, as an average in the table takes them; columns in other units weigh by their spread.
    Vector sums = Vector::Zero(scores.rows());
    for (Index const j : others) sums += scores.col(j); // NaN where one is missing
    return correlation(scores.col(column), sums);
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
    if (words.contains("unnamed")) return tell("a column that had no name");
    if (is_speed(words)) return tell("a speed");
    if (is_model_size(words)) return tell("a number of parameters");
    if (is_memory(words)) return tell("a size");
    auto const has = [&](char const* a, char const* b) { return words.contains(a) && words.contains(b); };
    if (has("standard", "error")) return tell("an uncertainty of another column");
    if (has("win", "rate") && words.contains("mean")) return tell("an average of others");
    // Exceptions, before the single words below find a cost or a group in them.
    if (has("co2", "ppm")) return false; // measured in air
    if (has("hospital", "rating")) return false;
    if (words.contains("learning") && words.contains("rate")) return tell("a setting of training or testing");
    if (is_survey_weight(words)) return tell("a weight");
    if (is_half_of_place(matrix, words)) return tell("a place");
    if (words == std::set<std::string>{"n"}) return tell("a number of cases");
    if (auto const* const meaning = meaning_alone(words))
        return stands_apart(matrix.scores, column, others_of(matrix, column)) && tell(meaning);
    bool const is_count = is_number_of(words) && !is_name_of_count(words);
    for (auto const& telling : telling_words()) {
        if (is_count && telling.evidence == Evidence::unique) continue; // "number" alone names rows
        if (contains_any(words, telling.words) && is_borne_out(matrix, column, words, telling))
            return tell(telling.evidence == Evidence::names && are_few(matrix.scores, column)
                            ? "a number that names a group of rows"
                            : telling.meaning);
    }
    return is_count && !has_decimals(matrix.scores, column) &&
           !are_like_scores(matrix.scores, column, others_of(matrix, column)) && tell("a number of cases");
}

} // namespace exahca::detail
