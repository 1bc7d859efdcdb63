#include "exahca/experiment/stage.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace exahca {
namespace {

TEST(ShareTest, counted_and_numbered_replicates_are_those_included)
{
    for (std::int64_t of = 1; of <= 5; ++of)
        for (std::int64_t part = 0; part < of; ++part)
            for (std::int64_t total = 0; total <= 11; ++total)
                for (auto const kind : {ReplicateKind::estimate, ReplicateKind::bootstrap}) {
                    Share const share{part, of};
                    std::vector<std::int64_t> included, numbered;
                    for (std::int64_t i = 0; i < total; ++i)
                        if (share.includes(kind, i)) included.push_back(i);
                    for (std::int64_t i = 0; i < share.count(kind, total); ++i)
                        numbered.push_back(share.replicate(kind, i));
                    EXPECT_EQ(numbered, included) << part << " of " << of << ", " << total << " tasks";
                }
}

TEST(ShareTest, parts_hold_each_replicate_once_and_every_estimate)
{
    for (std::int64_t replicate = 0; replicate < 20; ++replicate) {
        int holders = 0;
        for (std::int64_t part = 0; part < 3; ++part) {
            holders += Share{part, 3}.includes(ReplicateKind::bootstrap, replicate);
            EXPECT_TRUE((Share{part, 3}.includes(ReplicateKind::estimate, replicate)));
        }
        EXPECT_EQ(holders, 1);
    }
}

} // namespace
} // namespace exahca
