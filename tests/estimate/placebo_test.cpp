#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/estimate/replicate_data.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace exahca {
namespace {

/// Scores of three domains of 40 models, on four benchmarks.
class PlaceboTest : public ::testing::Test
{
protected:
    PlaceboTest()
    {
        RandomStream stream({3, "test", 0, {}, 0});
        for (Index i = 0; i < scores_.size(); ++i) scores_.data()[i] = 50 + 10 * stream.normal();
        for (std::int64_t i = 0; i < 120; ++i) rows_[i < 40 ? "a" : i < 80 ? "b" : "c"].push_back(i);
    }

    [[nodiscard]] std::vector<Matrix> draw(std::vector<std::string> domains, ReplicateKind kind,
                                           std::uint64_t replicate, Setting setting = {}) const
    {
        Dataset const dataset({scores_.data(), scores_.rows(), scores_.cols()}, rows_);
        setting.domains = std::move(domains);
        setting.factors = 2;
        RecordLayout const none;
        RandomKey const key{7, to_string(kind), replicate, {}, 0};
        return replicate_data(setting, dataset, kind, key, RecordView(none, {})).scores;
    }

    static Setting exact_scores()
    {
        Setting setting;
        setting.estimator = Estimator::joint;
        setting.noise = NoiseModel::span;
        return setting;
    }

    Matrix scores_{120, 4};
    std::map<std::string, std::vector<std::int64_t>> rows_;
};

TEST_F(PlaceboTest, treats_a_domain_alike_in_every_set)
{
    for (auto const kind : {ReplicateKind::placebo_rotation, ReplicateKind::placebo_gaussian}) {
        auto const two = draw({"a", "b"}, kind, 4), three = draw({"c", "b", "a"}, kind, 4);
        EXPECT_EQ(two[0], three[2]) << to_string(kind);
        EXPECT_EQ(two[1], three[1]) << to_string(kind);
        EXPECT_NE(two[0], draw({"a", "b"}, kind, 5)[0]) << "replicates differ";
        EXPECT_NE(two[0], scores_.topRows(40)) << "a placebo changes the scores";
    }
}

// Four benchmarks take five different models. Of 8 draws from 8 models about one in ten samples has fewer.
TEST_F(PlaceboTest, a_resample_without_a_fit_says_that_its_models_are_too_few)
{
    for (auto& [domain, rows] : rows_) rows.resize(8);
    int failed = 0;
    for (std::uint64_t replicate = 0; replicate < 40; ++replicate) {
        try {
            for (Matrix const& scores : draw({"a", "b", "c"}, ReplicateKind::bootstrap, replicate, exact_scores())) {
                std::set<std::vector<double>> different;
                for (Index i = 0; i < scores.rows(); ++i) {
                    Vector const row = scores.row(i);
                    different.emplace(row.begin(), row.end());
                }
                EXPECT_GE(different.size(), 5U);
            }
        } catch (NumericalFailure const& error) {
            EXPECT_NE(std::string(error.what()).find("fewer than 5 different models"), std::string::npos);
            ++failed;
        }
    }
    EXPECT_GT(failed, 0);
    auto aware = exact_scores();
    aware.noise = NoiseModel::aware; // noise has a lower bound: nothing is singular
    for (std::uint64_t replicate = 0; replicate < 40; ++replicate)
        EXPECT_NO_THROW(static_cast<void>(draw({"a", "b", "c"}, ReplicateKind::bootstrap, replicate, aware)));
}

TEST_F(PlaceboTest, rotation_keeps_mean_and_covariance)
{
    Matrix const before = scores_.topRows(40), after = draw({"a", "b"}, ReplicateKind::placebo_rotation, 0)[0];
    auto const covariance = [](Matrix const& rows) {
        Matrix const centred = rows.rowwise() - rows.colwise().mean();
        return Matrix(centred.transpose() * centred);
    };
    EXPECT_LT((before.colwise().mean() - after.colwise().mean()).cwiseAbs().maxCoeff(), 1e-10);
    EXPECT_LT((covariance(before) - covariance(after)).cwiseAbs().maxCoeff(), 1e-7);
}

} // namespace
} // namespace exahca
