// The placebo that chooses among sets of base models, against the sets analysed one by one.

#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/layouts.hpp"
#include "exahca/estimate/set_choice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace exahca {
namespace {

std::vector<std::string> const benchmarks{"t", "u", "v", "w"};
std::vector<std::string> const names{"a", "b", "c", "d", "e"};

class SetChoiceTest : public ::testing::Test
{
protected:
    SetChoiceTest()
    {
        RandomStream stream({11, "test", 0, {}, 0});
        for (Index i = 0; i < scores_.rows(); ++i)
            for (Index j = 0; j < scores_.cols(); ++j) scores_(i, j) = 50 + 10 * stream.normal() * stream.uniform();
        for (std::size_t i = 0; i < 200; ++i) rows_[names[i / 40]].push_back(static_cast<std::int64_t>(i));
        for (std::size_t i = 0; i < names.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                for (std::size_t k = 0; k < j; ++k) {
                    Setting setting;
                    setting.domains = {names[k], names[j], names[i]};
                    setting.factors = 2;
                    setting.estimator = Estimator::published;
                    setting.restarts = 4;
                    sets_.push_back(setting);
                }
    }

    [[nodiscard]] static RandomKey key(ReplicateKind placebo, std::uint64_t replicate)
    {
        return {7, to_string(placebo), replicate, {}, 0};
    }

    [[nodiscard]] std::map<std::string, double> choose(ReplicateKind placebo, std::uint64_t replicate) const
    {
        std::vector<Setting const*> sets;
        for (auto const& setting : sets_) sets.push_back(&setting);
        auto const layout = choice_layout(sets_[0]);
        UnmixingCache cache;
        auto const record = choose_set(layout, sets, dataset(), placebo, key(placebo, replicate), &cache);
        EXPECT_LE(cache.computed(), std::ssize(names)) << "every base model is unmixed once";
        std::map<std::string, double> values;
        for (auto const& field : layout.fields()) values[field.name] = record.values.at(field.offset);
        return values;
    }

    /// The MIC of one set in the same placebo, by the whole pipeline of an estimate.
    [[nodiscard]] double alone(Setting const& setting, ReplicateKind placebo, std::uint64_t replicate) const
    {
        RecordLayout const none;
        auto const data = drawn_data(setting, dataset(), placebo, key(placebo, replicate), RecordView(none, {}));
        AnalysisRequest const request{setting, none, benchmarks, key(placebo, replicate)};
        return analyser_of(setting).contenders(request, data).mic;
    }

    [[nodiscard]] Dataset dataset() const { return {{scores_.data(), scores_.rows(), scores_.cols()}, rows_}; }

    Matrix scores_{200, 4};
    std::map<std::string, std::vector<std::int64_t>> rows_;
    std::vector<Setting> sets_;
};

TEST_F(SetChoiceTest, finds_the_lowest_mic_of_sets_analysed_one_by_one)
{
    for (auto const placebo : {ReplicateKind::placebo_rotation, ReplicateKind::placebo_gaussian})
        for (std::uint64_t replicate = 0; replicate < 6; ++replicate) {
            std::vector<double> mics;
            for (auto const& setting : sets_) mics.push_back(alone(setting, placebo, replicate));
            auto const lowest = std::min_element(mics.begin(), mics.end());
            auto const found = choose(placebo, replicate);
            EXPECT_NEAR(found.at("mic"), *lowest, 1e-12) << to_string(placebo) << replicate;
            EXPECT_EQ(found.at("set"), static_cast<double>(lowest - mics.begin()));
            EXPECT_EQ(found.at("sets_failed"), 0);
            EXPECT_EQ(found.at("search_outcome"), 0);
        }
}

TEST_F(SetChoiceTest, counts_sets_that_cannot_be_analysed)
{
    for (auto const i : rows_.at("c")) scores_.row(i) = scores_.row(rows_.at("c")[0]); // nothing to unmix
    auto const with_it = std::count_if(sets_.begin(), sets_.end(), [](Setting const& setting) {
        return std::count(setting.domains.begin(), setting.domains.end(), "c") > 0;
    });
    auto const found = choose(ReplicateKind::placebo_rotation, 0);
    EXPECT_EQ(found.at("sets_failed"), static_cast<double>(with_it));
    double lowest = std::numeric_limits<double>::infinity();
    for (auto const& setting : sets_)
        if (std::count(setting.domains.begin(), setting.domains.end(), "c") == 0)
            lowest = std::min(lowest, alone(setting, ReplicateKind::placebo_rotation, 0));
    EXPECT_NEAR(found.at("mic"), lowest, 1e-12);
    std::erase_if(sets_, [](Setting const& setting) {
        return std::count(setting.domains.begin(), setting.domains.end(), "c") == 0;
    });
    EXPECT_THROW(choose(ReplicateKind::placebo_rotation, 0), NumericalFailure);
}

} // namespace
} // namespace exahca
