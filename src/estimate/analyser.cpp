#include "exahca/estimate/analyser.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"

namespace exahca {
namespace {

class GivenAnalyser final : public Analyser
{
public:
    AnalysisRecord estimate(AnalysisRequest const&, ReplicateData const&, Dataset const&, std::span<std::int64_t const>,
                            SearchResult const*, Activity&) const override
    {
        refuse();
    }
    AnalysisRecord replicate(AnalysisRequest const&, ReplicateData const&, RecordView const&) const override
    {
        refuse();
    }
    Contenders contenders(AnalysisRequest const&, ReplicateData const&) const override { refuse(); }
    AnalyserWords const& words() const override
    {
        static constexpr AnalyserWords words{"1", "value that the search minimised", "the same, next best order",
                                             "mean inexactness coefficient over domains", "search for orders: "};
        return words;
    }
    std::string_view variant(Setting const&) const override { return {}; }
    Index own_parameters(Setting const&, Index) const override { return 0; }
    double guessed_seconds(Setting const&, ReplicateKind) const override { return 0; }

private:
    [[noreturn]] static void refuse()
    {
        throw InvalidInput("orders of given matrices have no scores to analyse", "only their search is stored");
    }
};

} // namespace

Analyser const& given_analyser()
{
    static GivenAnalyser const analyser;
    return analyser;
}

Analyser const& analyser_of(Setting const& setting)
{
    switch (setting.estimator) {
    case Estimator::published:
        return published_analyser();
    case Estimator::given:
        return given_analyser();
    case Estimator::joint:
        break;
    }
    return joint_analyser();
}

} // namespace exahca
